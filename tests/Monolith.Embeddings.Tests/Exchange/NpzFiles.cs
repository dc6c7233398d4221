using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Monolith.Embeddings.Tests.Exchange;

/// <summary>NumPy files, golden and made by hand.</summary>
internal static class NpzFiles
{
    public static MemoryStream Golden(string name)
    {
        using var stream = typeof(NpzFiles).Assembly.GetManifestResourceStream($"Golden.{name}")!;
        var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes;
    }

    public static byte[] Of(params (string Name, string Type, string Shape, byte[] Data)[] arrays) =>
        OfHeaders([.. arrays.Select(a => (a.Name, $"{{'descr': '{a.Type}', 'fortran_order': False, 'shape': {a.Shape}, }}", a.Data))]);

    public static byte[] OfHeaders(params (string Name, string Header, byte[] Data)[] arrays)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, header, data) in arrays)
            {
                using var stream = archive.CreateEntry($"{name}.npy", CompressionLevel.NoCompression).Open();
                stream.Write([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0]);
                var length = new byte[2];
                BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)(header.Length + 1));
                stream.Write(length);
                stream.Write(Encoding.ASCII.GetBytes(header + "\n"));
                stream.Write(data);
            }
        }
        return file.ToArray();
    }
}
