namespace Monolith.Embeddings.Streams;

/// <summary>
/// Where a source goes on whose position is in no file any longer: its file was deleted, truncated or rewritten.
/// </summary>
public enum LostPosition
{
    /// <summary>Nowhere: the reading ends with a message.</summary>
    Stop,

    /// <summary>
    /// At the beginning of the oldest file that may hold what was not read: what is there is read, some of it perhaps a second time. Where
    /// files keep their names, that is the position's file, if there is one of its name, or the one that follows.
    /// </summary>
    Oldest,

    /// <summary>At the beginning of the newest file: nothing is read twice, and what older files hold is not read.</summary>
    Newest,
}
