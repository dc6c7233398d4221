using System.Numerics;
using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Features;

/// <summary>The distinct ids of a batch in the order of their first occurrence, with counts. Buffers grow, and are used again.</summary>
internal sealed class UniqueIds
{
    private const int SmallestTable = 256;

    private long[] _ids = new long[SmallestTable / 2];
    private int[] _counts = new int[SmallestTable / 2];
    private int[] _probes = new int[SmallestTable / 2];
    private int[] _places = new int[SmallestTable];

    public int Count { get; private set; }

    public ReadOnlySpan<long> Ids => _ids.AsSpan(0, Count);

    /// <summary>How often each of <see cref="Ids"/> occurred.</summary>
    public ReadOnlySpan<int> Counts => _counts.AsSpan(0, Count);

    public void Clear()
    {
        // A table that one large batch made large is not swept for small ones.
        if (Count > _places.Length / 16) Array.Clear(_places);
        else
        {
            foreach (var probe in _probes.AsSpan(0, Count)) _places[probe] = 0;
        }
        Count = 0;
    }

    /// <summary>Adds ids.</summary>
    /// <param name="ids">Any ids, [n].</param>
    /// <param name="inverse">Receives the place of each in <see cref="Ids"/>, [n].</param>
    public void Add(ReadOnlySpan<long> ids, Span<int> inverse)
    {
        Reserve(Count + ids.Length);
        var mask = _places.Length - 1;
        for (var i = 0; i < ids.Length; i++)
        {
            var id = ids[i];
            var probe = (int)KeyMixer.Mix(unchecked((ulong)id)) & mask;
            while (_places[probe] != 0 && _ids[_places[probe] - 1] != id) probe = (probe + 1) & mask;
            if (_places[probe] == 0)
            {
                _ids[Count] = id;
                _counts[Count] = 0;
                _probes[Count] = probe;
                _places[probe] = ++Count;
            }
            var place = _places[probe] - 1;
            _counts[place]++;
            inverse[i] = place;
        }
    }

    // At most half of the places are used, however many of the ids turn out to be distinct.
    private void Reserve(int count)
    {
        if (2 * count <= _places.Length) return;
        var length = (int)BitOperations.RoundUpToPowerOf2((uint)(2 * count));
        Array.Resize(ref _ids, length / 2);
        Array.Resize(ref _counts, length / 2);
        Array.Resize(ref _probes, length / 2);
        _places = new int[length];
        for (var place = 0; place < Count; place++)
        {
            var probe = (int)KeyMixer.Mix(unchecked((ulong)_ids[place])) & (length - 1);
            while (_places[probe] != 0) probe = (probe + 1) & (length - 1);
            _probes[place] = probe;
            _places[probe] = place + 1;
        }
    }
}
