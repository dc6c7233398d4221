using System.IO.Compression;
using System.Text;

namespace Monolith.Embeddings.Datasets.Tests.Support;

/// <summary>A file that is deleted after the test.</summary>
internal sealed class TestFile : IDisposable
{
    public TestFile(byte[] bytes) => File.WriteAllBytes(Path, bytes);

    public TestFile(string text)
        : this(Encoding.UTF8.GetBytes(text))
    {
    }

    public string Path { get; } =
        System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"monolith-test-{Environment.ProcessId}-{Guid.NewGuid():N}");

    public static byte[] Gzip(string text) => Gzip(Encoding.UTF8.GetBytes(text));

    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(bytes);
        return packed.ToArray();
    }

    public void Dispose() => File.Delete(Path);
}
