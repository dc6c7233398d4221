using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.TestKit.Support;

/// <summary>All that a model saves, as bytes.</summary>
internal static class ModelState
{
    public static byte[] Of(OnlineModel model)
    {
        using var stream = new MemoryStream();
        model.Save(stream);
        return stream.ToArray();
    }

    public static void Load(OnlineModel model, byte[] bytes)
    {
        using var stream = new MemoryStream(bytes, writable: false);
        model.Load(stream);
    }

    public static void CheckSame(byte[] expected, byte[] actual, string what) =>
        Expect.That(expected.AsSpan().SequenceEqual(actual), $"{what}: the same saved bytes were expected, but they differ");
}
