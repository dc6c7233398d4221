using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams;

/// <summary>Counts records.</summary>
/// <param name="count">How many come before the first.</param>
internal sealed class CountTrack<TRecord>(long count) : IRecordTrack<TRecord, TRecord>
{
    public StreamPosition Position => CountPosition.Of(count);

    public string Beginning => "its beginning";

    public RecordPlace? Last => count == 0 ? null : new RecordPlace { Number = count };

    public TRecord RecordOf(in TRecord item) => item;

    public void Require(in TRecord item)
    {
    }

    public ReadOnlyMemory<byte> BytesOf(in TRecord item) => default;

    public RecordPlace PlaceOf(in TRecord item) => new() { Number = count + 1 };

    public void Pass(in TRecord item) => count++;
}
