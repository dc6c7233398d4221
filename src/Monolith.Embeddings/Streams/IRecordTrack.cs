using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams;

/// <summary>Follows a reading: what is read, where it stands, and the position behind it.</summary>
/// <typeparam name="TItem">What is read.</typeparam>
/// <typeparam name="TRecord">The application's record, which it holds.</typeparam>
internal interface IRecordTrack<TItem, TRecord>
{
    /// <summary>The position behind all that was passed.</summary>
    StreamPosition Position { get; }

    /// <summary>Where the reading begins, for messages.</summary>
    string Beginning { get; }

    /// <summary>The last one that was passed; null before the first.</summary>
    RecordPlace? Last { get; }

    TRecord RecordOf(in TItem item);

    /// <summary>Throws what kept an item from being read.</summary>
    void Require(in TItem item);

    /// <summary>An item that could not be read, as it stands in the log; else empty.</summary>
    ReadOnlyMemory<byte> BytesOf(in TItem item);

    /// <summary>Where an item stands that is the next to be passed.</summary>
    RecordPlace PlaceOf(in TItem item);

    /// <summary>Goes on behind an item.</summary>
    void Pass(in TItem item);
}
