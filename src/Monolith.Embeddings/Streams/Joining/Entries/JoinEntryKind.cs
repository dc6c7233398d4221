namespace Monolith.Embeddings.Streams.Joining.Entries;

/// <summary>What an entry of the journal is. The numbers are stored.</summary>
internal enum JoinEntryKind : byte
{
    /// <summary>An impression; its payload is its row.</summary>
    Impression = 1,

    /// <summary>An action; its payload is a <see cref="JoinedAction"/>.</summary>
    Action = 2,
}
