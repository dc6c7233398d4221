using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Monolith.Embeddings.Tests.Exchange;

/// <summary>
/// The float arrays of a NumPy file, read by what numpy.lib.format says of version 1.0, without the code of the library.
/// </summary>
internal static partial class NpzArrays
{
    public static Dictionary<string, (int[] Shape, float[] Values)> Read(MemoryStream file)
    {
        var arrays = new Dictionary<string, (int[] Shape, float[] Values)>();
        using var archive = new ZipArchive(new MemoryStream(file.ToArray()), ZipArchiveMode.Read);
        foreach (var entry in archive.Entries)
        {
            Assert.That(entry.FullName, Does.EndWith(".npy"));
            using var stream = entry.Open();
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            arrays.Add(entry.FullName[..^".npy".Length], Array(bytes.ToArray()));
        }
        return arrays;
    }

    private static (int[] Shape, float[] Values) Array(byte[] bytes)
    {
        Assert.That(bytes.Take(8), Is.EqualTo(new byte[] { 0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0 }));
        var start = 10 + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        Assert.That(start % 64, Is.Zero);
        var header = Header().Match(Encoding.ASCII.GetString(bytes, 10, start - 10));
        Assert.That(header.Success, Encoding.ASCII.GetString(bytes, 10, start - 10));
        int[] shape = [.. header.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(length => int.Parse(length, CultureInfo.InvariantCulture))];
        var values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(start)).ToArray();
        Assert.That(values, Has.Length.EqualTo(shape.Aggregate(1, (product, length) => product * length)));
        // A tuple of one has a comma, and only that.
        Assert.That(header.Groups[1].Value.EndsWith(','), Is.EqualTo(shape.Length == 1));
        return (shape, values);
    }

    [GeneratedRegex(@"^\{'descr': '<f4', 'fortran_order': False, 'shape': \(([0-9, ]*)\), \} *\n$")]
    private static partial Regex Header();
}
