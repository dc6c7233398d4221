using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.TorchSharp.Tests.Support;

/// <summary>All that a model saves, as bytes.</summary>
internal static class ModelBytes
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
}
