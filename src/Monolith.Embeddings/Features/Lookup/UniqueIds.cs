using System.Numerics;
using System.Runtime.CompilerServices;
using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Features.Lookup;

/// <summary>The distinct ids of a batch in the order of their first occurrence, with counts. Buffers grow, and are used again.</summary>
internal sealed class UniqueIds
{
    private const int SmallestTable = 256;

    // With half of the places free, only ids that were chosen to collide probe as far; others almost never do.
    private const int MaxProbes = 128;
    private const int Nowhere = -1;

    // What collides beyond that: sorted, because no choice of ids makes that slow.
    private readonly SortedDictionary<long, int> _crowded = [];
    private long[] _ids = new long[SmallestTable / 2];
    private int[] _counts = new int[SmallestTable / 2];
    private int[] _probes = new int[SmallestTable / 2];
    private int[] _places = new int[SmallestTable];

    public int Count { get; private set; }

    public ReadOnlySpan<long> Ids => _ids.AsSpan(0, Count);

    /// <summary><see cref="Ids"/>, until more are added.</summary>
    public ReadOnlyMemory<long> IdMemory => _ids.AsMemory(0, Count);

    /// <summary>How often each of <see cref="Ids"/> occurred.</summary>
    public ReadOnlySpan<int> Counts => _counts.AsSpan(0, Count);

    /// <summary><see cref="Counts"/>, until more are added.</summary>
    public ReadOnlyMemory<int> CountMemory => _counts.AsMemory(0, Count);

    /// <summary>How many of <see cref="Ids"/> found no place within their probes.</summary>
    public int Crowded => _crowded.Count;

    public void Clear()
    {
        // A table that one large batch made large is not swept for small ones.
        if (Count > _places.Length / 16) Array.Clear(_places);
        else
        {
            foreach (var probe in _probes.AsSpan(0, Count))
            {
                if (probe != Nowhere) _places[probe] = 0;
            }
        }
        _crowded.Clear();
        Count = 0;
    }

    /// <summary>Adds ids.</summary>
    /// <param name="ids">Any ids, [n].</param>
    /// <param name="inverse">Receives the place of each in <see cref="Ids"/>, [n].</param>
    public void Add(ReadOnlySpan<long> ids, Span<int> inverse)
    {
        Reserve(Count + ids.Length);
        for (var i = 0; i < ids.Length; i++)
        {
            if (!TryFind(ids[i], out var place, out var probe))
            {
                place = Count++;
                (_ids[place], _counts[place]) = (ids[i], 0);
                Enter(place, probe);
            }
            _counts[place]++;
            inverse[i] = place;
        }
    }

    /// <summary>The place of an id in <see cref="Ids"/>, or -1. By any number of threads, while none adds.</summary>
    public int Find(long id) => TryFind(id, out var place, out _) ? place : Nowhere;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryFind(long id, out int place, out int probe)
    {
        var mask = _places.Length - 1;
        probe = (int)KeyMixer.Mix(unchecked((ulong)id)) & mask;
        for (var probes = 0; probes < MaxProbes; probes++, probe = (probe + 1) & mask)
        {
            place = _places[probe] - 1;
            if (place < 0) return false;
            if (_ids[place] == id) return true;
        }
        probe = Nowhere;
        return _crowded.TryGetValue(id, out place);
    }

    private void Enter(int place, int probe)
    {
        _probes[place] = probe;
        if (probe == Nowhere) _crowded.Add(_ids[place], place);
        else _places[probe] = place + 1;
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
        _crowded.Clear();
        for (var place = 0; place < Count; place++)
        {
            TryFind(_ids[place], out _, out var probe);
            Enter(place, probe);
        }
    }
}
