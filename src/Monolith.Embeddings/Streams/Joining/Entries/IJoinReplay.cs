namespace Monolith.Embeddings.Streams.Joining.Entries;

/// <summary>What a journal makes: can be made anew of it.</summary>
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
