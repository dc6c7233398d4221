namespace Monolith.Embeddings.Tables.Ranking;

/// <summary>What a pass over rows does with them; a struct, so that the loop is compiled for each.</summary>
internal unsafe interface IRowSink
{
    /// <summary>About how many rows it takes under one lock.</summary>
    int ChunkRows { get; }

    /// <summary>Takes a row, under the lock of its stripe.</summary>
    /// <param name="key">The id, or the mixed id where <see cref="RankedRows.IdsAreMixed"/>.</param>
    /// <param name="weights">The weights, [dimension].</param>
    void Take(ulong key, float* weights);

    /// <summary>Does what is left of the rows that were taken. No lock is held.</summary>
    void Settle();

    /// <summary>Remembers what it has, for <see cref="Rewind"/>.</summary>
    void Mark();

    /// <summary>Forgets what it took since <see cref="Mark"/>.</summary>
    void Rewind();
}
