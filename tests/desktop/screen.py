"""What is on the screen: the picture that Xvfb keeps in a file, in the format of xwd."""
import os
import struct


def size_and_pixels():
    """(width, height, bytes a line, the pixels: 4 bytes each, blue first)"""
    with open(os.environ['TEST_SCREEN'], 'rb') as file:
        data = file.read()
    header = struct.unpack('>25I', data[:100])
    width, height, line, colours = header[4], header[5], header[12], header[19]
    return width, height, line, data[header[0] + 12 * colours:]


def brightness(x, y, width, height):
    """From 0 (black) to 255 (white), on the average of a part of the screen."""
    _, _, line, pixels = size_and_pixels()
    total = count = 0
    for row in range(y, y + height, 4):
        part = pixels[row * line + x * 4:row * line + (x + width) * 4]
        for at in range(0, len(part), 16):
            total += (part[at] + part[at + 1] + part[at + 2]) // 3
            count += 1
    return total // count
