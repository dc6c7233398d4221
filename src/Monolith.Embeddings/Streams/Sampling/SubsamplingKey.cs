using Monolith.Embeddings.Features;
using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Streams.Sampling;

/// <summary>
/// Draws a number for each example by its key: request id, event time, and of each slot the number of its ids and the ids. Immutable.
/// </summary>
/// <param name="slots">The slots of the key, in its order.</param>
/// <param name="seed">Another seed draws independently.</param>
internal sealed class SubsamplingKey(FeatureSlot[] slots, ulong seed)
{
    // Apart from others who draw by the same seed and ids.
    private const ulong Purpose = 0x5375_6273_616D_706C;
    private const double Unit = 1.0 / (1L << 53);

    private readonly ulong _start = KeyMixer.Combine(Purpose, seed);

    /// <summary>A number from 0 to below 1, uniform over keys.</summary>
    public double Draw(ExampleBatch batch, int row)
    {
        var view = new ExampleView(batch, row);
        var hash = KeyMixer.Combine(_start, (ulong)view.RequestId);
        hash = KeyMixer.Combine(hash, (ulong)view.EventTimeMilliseconds);
        foreach (var slot in slots)
        {
            var ids = view.Ids(slot);
            hash = KeyMixer.Combine(hash, (ulong)ids.Length);
            foreach (var id in ids) hash = KeyMixer.Combine(hash, (ulong)id);
        }
        return (hash >> 11) * Unit;
    }
}
