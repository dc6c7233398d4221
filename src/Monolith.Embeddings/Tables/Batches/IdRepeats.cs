using System.Numerics;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Tables.Batches;

/// <summary>
/// Numbers the places of each id in a batch: open addressing by the high bits of the mixed id. These choose the id's stripe as well, so
/// that the ids of a stripe, which come together, are counted in a small part of the memory. One call's; the memory is used again.
/// </summary>
internal sealed class IdRepeats : IDisposable
{
    // Twice as many places make the largest array.
    private const int MaxIds = 1 << 29;

    // With half of the places free, ids that were not chosen to collide almost never probe as far.
    private const int MaxProbes = 128;

    private static readonly ObjectPool<IdRepeats> Idle = new(() => new IdRepeats());

    // What collides beyond that: sorted, because no choice of ids makes that slow.
    private readonly SortedDictionary<long, int> _crowded = [];
    private Place[] _places = [];
    private int _mask, _shift;

    /// <summary>How many ids found no place within their probes.</summary>
    public int Crowded => _crowded.Count;

    /// <param name="ids">How many ids the batch has.</param>
    /// <exception cref="ArgumentException">They are too many.</exception>
    public static IdRepeats Rent(int ids)
    {
        if (ids > MaxIds)
            throw new ArgumentException($"{ids} ids are too many: those of a batch for rows of 16 bits are counted, and can be {MaxIds} at "
                + "most. Use smaller batches.", nameof(ids));
        var repeats = Idle.Rent();
        repeats.Begin(2 * (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, ids)));
        return repeats;
    }

    /// <summary>0 for an id's first place, 1 for its second, and so on.</summary>
    public int Next(long id)
    {
        var index = (int)(KeyMixer.Mix(unchecked((ulong)id)) >> _shift);
        for (var probes = 0; probes < MaxProbes; probes++, index = (index + 1) & _mask)
        {
            ref var place = ref _places[index];
            if (place.Count > 0 && place.Id != id) continue;
            place.Id = id;
            return place.Count++;
        }
        _crowded.TryGetValue(id, out var count);
        _crowded[id] = count + 1;
        return count;
    }

    public void Dispose() => Idle.Return(this);

    private void Begin(int places)
    {
        if (_places.Length < places) _places = new Place[places];
        else Array.Clear(_places, 0, places);
        _crowded.Clear();
        (_mask, _shift) = (places - 1, 64 - BitOperations.Log2((uint)places));
    }

    private struct Place
    {
        public long Id;
        public int Count;
    }
}
