"""GS1's own Syntax Engine (C library) as judge, where someone has built it: `make libshared` there.

Not part of `make test`: the library is in no package index. Same answers as dictionary.py.
"""
import ctypes
import re

from dictionary import Unsure


class InitOptions(ctypes.Structure):
    _fields_ = [('struct_size', ctypes.c_size_t), ('flags', ctypes.c_uint32), ('syntaxDictionary', ctypes.c_char_p)]


class Engine:
    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        for name in ('init', 'getAIdataStr', 'getErrMsg', 'getDataStr'):
            getattr(self.library, 'gs1_encoder_' + name).restype = ctypes.c_void_p
        self.library.gs1_encoder_init.argtypes = [ctypes.c_void_p]
        self.context = ctypes.c_void_p(self.library.gs1_encoder_init(None))
        for name in ('setScanData', 'setDataStr', 'setAIdataStr'):
            function = getattr(self.library, 'gs1_encoder_' + name)
            function.restype = ctypes.c_bool
            function.argtypes = [ctypes.c_void_p, ctypes.c_char_p]

    def text(self, name):
        function = getattr(self.library, 'gs1_encoder_' + name)
        function.argtypes = [ctypes.c_void_p]
        pointer = function(self.context)
        return ctypes.string_at(pointer).decode('latin-1') if pointer else None

    def __call__(self, form, text):
        name = {'scan': 'setScanData', 'raw': 'setDataStr', 'bracketed': 'setAIdataStr', 'uri': 'setDataStr'}[form]
        if form == 'scan' and text.startswith(']I1'):
            raise Unsure('ITF-14, which the engine does not read')
        given = text.encode()
        if b'\0' in given:
            return None, 'NUL ends a C string'
        if form == 'raw' and not text.startswith('^') or form == 'uri' and not re.match('https?:|HTTPS?:', text):
            return None, 'plain data to the engine'
        if not getattr(self.library, 'gs1_encoder_' + name)(self.context, given):
            return None, self.text('getErrMsg')
        bracketed = self.text('getAIdataStr')
        if bracketed is None:
            digits = self.text('getDataStr')
            if text.startswith(']E'):
                return [['01', digits.zfill(14)]], ''
            return None, 'no AI data'
        elements = re.findall(r'\(([0-9]{2,4})\)((?:\\\(|[^(])*)', bracketed)
        return [[ai, value.replace('\\(', '(')] for ai, value in elements], ''
