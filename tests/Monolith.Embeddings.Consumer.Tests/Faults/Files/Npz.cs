using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Files;

/// <summary>NumPy files as any other program, or a careless one, would write them.</summary>
internal static class Npz
{
    /// <summary>An array with a header of the usual form.</summary>
    public static byte[] Array(string type, string shape, byte[] data, bool fortran = false, byte version = 1) =>
        Raw($"{{'descr': '{type}', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': {shape}, }}", data, version);

    /// <summary>An array with any header.</summary>
    public static byte[] Raw(string header, byte[] data, byte version = 1, long? headerLength = null, bool pad = true, byte minor = 0)
    {
        var prefix = version == 1 ? 10 : 12;
        var bytes = Encoding.UTF8.GetBytes(header);
        var length = pad ? (prefix + bytes.Length + 1 + 63) / 64 * 64 - prefix : bytes.Length;
        var all = new byte[prefix + length + data.Length];
        all[0] = 0x93;
        "NUMPY"u8.CopyTo(all.AsSpan(1));
        (all[6], all[7]) = (version, minor);
        if (version == 1) BinaryPrimitives.WriteUInt16LittleEndian(all.AsSpan(8), (ushort)(headerLength ?? length));
        else BinaryPrimitives.WriteUInt32LittleEndian(all.AsSpan(8), (uint)(headerLength ?? length));
        bytes.CopyTo(all, prefix);
        if (pad)
        {
            all.AsSpan(prefix + bytes.Length, length - bytes.Length).Fill((byte)' ');
            all[prefix + length - 1] = (byte)'\n';
        }
        data.CopyTo(all, prefix + length);
        return all;
    }

    public static byte[] Bytes<T>(params T[] values) where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    /// <summary>A zip file of entries, which may repeat names.</summary>
    public static byte[] Zip(IEnumerable<(string Name, byte[] Bytes)> entries, CompressionLevel level = CompressionLevel.NoCompression)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, bytes) in entries)
            {
                using var entry = zip.CreateEntry(name, level).Open();
                entry.Write(bytes);
            }
        return file.ToArray();
    }
}
