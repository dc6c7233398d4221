using System.Runtime.InteropServices;
using System.Text;

namespace Parity;

/// <summary>Writes arrays in NumPy's format, version 1.0, little-endian and row-major.</summary>
internal static class NumpyFile
{
    private const int HeaderMultiple = 64;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];

    public static void Write<T>(string path, ReadOnlySpan<T> values, params int[] shape)
        where T : unmanaged
    {
        if (!BitConverter.IsLittleEndian) throw new PlatformNotSupportedException("Needs a little-endian machine.");
        if (shape.Length == 0) shape = [values.Length];
        if (shape.Aggregate(1L, (product, length) => product * length) != values.Length)
            throw new ArgumentException($"{values.Length} values are not of the shape {string.Join(" x ", shape)}.", nameof(shape));
        using var file = File.Create(path);
        file.Write(Magic);
        file.Write(Header(TypeName<T>(), shape));
        file.Write(MemoryMarshal.AsBytes(values));
    }

    private static byte[] Header(string type, int[] shape)
    {
        var text = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({string.Concat(shape.Select(length => length + ","))}), }}";
        var before = Magic.Length + sizeof(ushort);
        var total = (before + text.Length + HeaderMultiple) / HeaderMultiple * HeaderMultiple;
        var padded = text.PadRight(total - before - 1) + "\n";
        return [.. BitConverter.GetBytes((ushort)padded.Length), .. Encoding.ASCII.GetBytes(padded)];
    }

    private static string TypeName<T>() => default(T) switch
    {
        float => "<f4",
        long => "<i8",
        _ => throw new NotSupportedException($"{typeof(T)} has no name here."),
    };
}
