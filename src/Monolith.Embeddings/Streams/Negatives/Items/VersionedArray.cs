using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Streams.Negatives.Items;

/// <summary>
/// A flat array that knows what it held after each of the last batches, and what changed since any: each change of a batch keeps what was
/// there before it, once an entry. Grows, never shrinks. Not thread-safe.
/// </summary>
/// <param name="length">How many entries it has, all default.</param>
internal sealed class VersionedArray<T>(int length)
    where T : unmanaged
{
    private T[] _values = new T[length];
    private long[] _changedIn = new long[length];

    // A ring of a power of two; place p is at p & (length - 1).
    private Undo[] _undo = new Undo[64];
    private long _begin;
    private long _version;

    /// <summary>How many entries there are.</summary>
    public int Length => _values.Length;

    /// <summary>The place after the newest change, by which a batch is found again.</summary>
    public long End { get; private set; }

    /// <summary>The bytes that it takes.</summary>
    public long Bytes =>
        ((long)_values.Length * (Unsafe.SizeOf<T>() + sizeof(long))) + ((long)_undo.Length * Unsafe.SizeOf<Undo>());

    public ref readonly T this[int index] => ref _values[index];

    /// <summary>Begins a batch.</summary>
    /// <param name="version">Greater than that of any batch before, those that were taken back included.</param>
    public void Begin(long version) => _version = version;

    /// <summary>An entry that is to be changed.</summary>
    public ref T Change(int index)
    {
        if (_changedIn[index] != _version)
        {
            _changedIn[index] = _version;
            if (End - _begin == _undo.Length) GrowUndo();
            At(End++) = new Undo(index, _values[index]);
        }
        return ref _values[index];
    }

    /// <summary>Whether an entry may have changed in a batch behind one of a version.</summary>
    public bool HasChangedSince(long version, int index) => _changedIn[index] > version;

    /// <summary>Makes room for an index.</summary>
    public void Reserve(int index, int most)
    {
        if (index < _values.Length) return;
        var length = (int)Math.Min(most, Math.Max(index + 1L, 2L * _values.Length));
        Array.Resize(ref _values, length);
        Array.Resize(ref _changedIn, length);
    }

    /// <summary>Forgets what was before a place: no reader goes back behind it any more.</summary>
    public void Forget(long place) => _begin = Math.Max(_begin, place);

    /// <summary>Makes the entries what they were at a place, and keeps what they are, for <see cref="ExchangeForward"/>.</summary>
    public void ExchangeBack(long place)
    {
        for (var at = End - 1; at >= place; at--) Exchange(ref At(at));
    }

    /// <summary>Takes an <see cref="ExchangeBack"/> back.</summary>
    public void ExchangeForward(long place)
    {
        for (var at = place; at < End; at++) Exchange(ref At(at));
    }

    /// <summary>Goes back to a place permanently.</summary>
    public void Rewind(long place)
    {
        ExchangeBack(place);
        End = place;
    }

    /// <summary>Sets an entry of a state that is restored.</summary>
    public void Restore(int index, in T value) => _values[index] = value;

    /// <summary>Makes all entries default, and forgets every batch.</summary>
    public void Clear()
    {
        _values.AsSpan().Clear();
        _changedIn.AsSpan().Clear();
        _begin = End;
    }

    private ref Undo At(long place) => ref _undo[place & (_undo.Length - 1)];

    private void Exchange(ref Undo undo) => (undo.Value, _values[undo.Index]) = (_values[undo.Index], undo.Value);

    private void GrowUndo()
    {
        var grown = new Undo[2 * _undo.Length];
        for (var at = _begin; at < End; at++) grown[at & (grown.Length - 1)] = At(at);
        _undo = grown;
    }

    private struct Undo(int index, T value)
    {
        public readonly int Index = index;
        public T Value = value;
    }
}
