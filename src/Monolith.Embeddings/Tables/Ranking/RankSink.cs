using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Tables.Ranking;

/// <summary>Hands rows to a <see cref="RankLane"/>.</summary>
internal readonly unsafe struct RankSink(RankLane lane) : IRowSink
{
    public int ChunkRows => lane.ChunkRows;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(ulong key, float* weights) => lane.Take(key, weights);

    public void Settle()
    {
    }

    public void Mark() => lane.Mark();

    public void Rewind() => lane.Rewind();
}
