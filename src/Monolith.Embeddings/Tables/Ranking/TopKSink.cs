using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Tables.Ranking;

/// <summary>Hands rows to a <see cref="TopKLane"/>.</summary>
internal readonly unsafe struct TopKSink(TopKLane lane) : IRowSink
{
    public int ChunkRows => lane.ChunkRows;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(ulong key, float* weights) => lane.Take(key, weights);

    public void Settle() => lane.Settle();

    public void Mark() => lane.Mark();

    public void Rewind() => lane.Rewind();
}
