using Monolith.Embeddings.Tables;

namespace SnapshotRatios;

/// <summary>Rows and their new weights.</summary>
internal sealed record ReplicaChange(long[] Ids, float[] Weights)
{
    public static ReplicaChange Of(IEnumerable<long> ids, int dimension, Random random)
    {
        long[] distinct = [.. ids.Distinct()];
        var weights = new float[distinct.Length * dimension];
        for (var i = 0; i < weights.Length; i++) weights[i] = random.NextSingle() - 0.5f;
        return new ReplicaChange(distinct, weights);
    }

    public void AssignTo(EmbeddingTable table) => table.Assign(Ids, Weights, SaveSubject.EventTime);
}
