"""What tests of office files share."""

import base64
import zlib

import pytest

from tests.documents.packages import OFFICE, READER

# What only LibreOffice can say is asked where it is; nothing is skipped where it is not.
collect_ignore = [] if OFFICE and READER else ["test_in_libreoffice.py"]

# A real .xls of three rows, which nothing in the environment can write anew.
XLS = (
    "eNrtWE1oE0EU/maTND8kaRJToVVKKBhtLVTbi5c2KmpOxqoHRcSamhykNZVQhHrQas1JCoL0oHgp1IOXqgj+Y/Xm"
    "QajoQRCERPHkRaGKhzbre293a1srNKCFlv3CvHnzfmZeZubN7O7ryXBx9G5dCQvQAQfKuhdVc2SKitdqhEB6XWfW"
    "qj1UdBsrCl4PLWSVC08Cr9y8hrzeJWi443xBFPhI5ShOI9WXy8aWETslhrTiGNqJKtwgSRC1ElVE6Amha4TeFsun"
    "QreLZFhoO9kW1RFMJlJN28xdfFhrEF0Q3O8D8Xkvkq2owUvexeevKMPWhR35k+neFaaod/oxBlrQZDaXzXM7gJuc"
    "nwOEllMtmSKitNRj+K7HgCkrp5/HbPnyyhVI/nO+3P0XuYeWcKH8quYEBqEflxQpwI9GJ2s09fVgfHgauyShubih"
    "WrEFrWhD/zFWOqBK+yYuP045DeZHdmqEOkmnklzFurwpslifutebHPHxwS8HRWjeQRGQBPITzaBa+LCkUYhinb71"
    "7c3e7s5El0gG5XIwrpANHDN0XGAPcg6KxjFLm8Rjs9CL0us64euERmmPUx3vrDGZPUNic0m0cRqnTfA2sXEOv4n4"
    "wpf9D+sLnxKNxI8nS2ej4+8So2igKy1D/vwbQrNqVtevMR4lrFqZx80HobV/HD0eLWTGrpv3ZDVm4BM2LPSZtHh2"
    "eH7YXi1ir8SeqdGyZtNoadRymKNpi3hr4s0ze07zyYxEcGZCM3Xs7SLdZ3Mc2SPo0CK4z450ZP6GDzZs2LBhw4YN"
    "GzZWLZQ8CBoP3vzw6Jp9XTC+68xQKdufSVYtDqCPfv30WrkbOarzGKho/6yFS1l9qSX6WN8LGYdo9Dx60C1x9FS8"
    "f+nVTM39P0t2DP27FKp0/HIlcf7n8X8BpLzgcA=="
)


@pytest.fixture(scope="session")
def xls() -> bytes:
    """A workbook as Excel 97 keeps it: one sheet of three rows."""
    return zlib.decompress(base64.b64decode(XLS))
