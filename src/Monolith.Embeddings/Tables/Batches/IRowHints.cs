namespace Monolith.Embeddings.Tables.Batches;

/// <summary>
/// What a pipeline fetches and guesses ahead, without the locks of stripes; a struct, so that the pipeline is compiled for it.
/// </summary>
internal unsafe interface IRowHints
{
    /// <summary>Fetches the first bucket of some ids.</summary>
    /// <param name="stripe">Their stripe.</param>
    /// <param name="hashes">The mixed ids.</param>
    /// <param name="guesses">What is known of their rows' places, if anything.</param>
    /// <param name="count">How many.</param>
    void PrefetchBuckets(int stripe, ulong* hashes, int* guesses, int count);

    /// <summary>Looks into the first buckets, and fetches the rows that are there, or else the second buckets.</summary>
    /// <param name="stripe">The stripe.</param>
    /// <param name="hashes">The mixed ids.</param>
    /// <param name="guesses">Receives the likely places of their rows.</param>
    /// <param name="strays">Receives which of them may be in their second buckets.</param>
    /// <param name="count">How many ids.</param>
    /// <returns>How many strays.</returns>
    int GuessFirst(int stripe, ulong* hashes, int* guesses, byte* strays, int count);

    /// <summary>Looks into the second buckets of strays, and fetches their rows.</summary>
    void GuessSecond(int stripe, ulong* hashes, int* guesses, ReadOnlySpan<byte> strays);
}
