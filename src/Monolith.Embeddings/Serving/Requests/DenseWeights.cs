using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Serving.Requests;

/// <summary>What <see cref="Models.OnlineModel.Save(Stream)"/> wrote into a file.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Bytes">The bytes.</param>
internal sealed record DenseWeights(string File, byte[] Bytes)
{
    /// <summary>Tells that no model takes them.</summary>
    public SnapshotException Refused(Exception cause) =>
        new(SnapshotFault.Mismatch, File, "dense weights of this model", $"others: {cause.Message}", cause);
}
