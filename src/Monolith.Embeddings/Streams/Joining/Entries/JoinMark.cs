using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams.Joining.Entries;

/// <summary>
/// A batch that was yielded, and what of the journal its state is made of. The joiner makes one a batch, and keeps the last.
/// </summary>
/// <param name="Position">The batch's position.</param>
/// <param name="Frontier">How far the joiner had come.</param>
/// <param name="JournalStart">The first entry that still counts.</param>
/// <param name="JournalEnd">Behind the last entry that was processed.</param>
/// <param name="Counts">What was counted.</param>
/// <param name="Decisions">What was decided.</param>
internal readonly record struct JoinMark(
    StreamPosition Position, JoinFrontier Frontier, long JournalStart, long JournalEnd, JoinCounts Counts, JoinDecisions Decisions);
