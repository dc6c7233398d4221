namespace Monolith.Embeddings.Streams.Joining.Entries;

/// <summary>State that a journal makes, and that can be made again from it.</summary>
internal interface IJoinReplay
{
    /// <summary>
    /// Forgets everything, and becomes what all entries of the store make, from its start to its end. The store holds what a
    /// <see cref="JoinMark"/> tells, its journal's start to its end, or more before.
    /// </summary>
    /// <param name="frontier">How far the joiner had come; no entry is processed later.</param>
    /// <param name="counts">What was counted.</param>
    void Replay(JoinFrontier frontier, in JoinCounts counts);
}
