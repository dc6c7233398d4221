using System.Runtime.InteropServices;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams.Negatives;

/// <summary>
/// What an item decides beside its id, as words: for each slot the number of ids, twice, plus 1 where they are weighted; the ids; the
/// weights, two a word; and behind all slots the dense values and the raw columns, two a word. Not thread-safe.
/// </summary>
/// <param name="slots">The slots that the item decides.</param>
/// <param name="columns">The dense columns that the item decides.</param>
/// <param name="numbers">The raw columns that the item decides.</param>
internal sealed class SideValues(FeatureSlot[] slots, int[] columns, int[] numbers)
{
    private readonly float[] _floats = new float[columns.Length + numbers.Length];
    private long[] _words = new long[16];
    private int _count;

    /// <summary>Whether items decide nothing beside their ids.</summary>
    public bool AreNone => slots.Length + _floats.Length == 0;

    /// <summary>The values of an example; valid until the next call.</summary>
    public ReadOnlySpan<long> Read(ExampleBatch batch, int row)
    {
        _count = 0;
        foreach (var slot in slots) Read(batch, row, slot);
        if (_floats.Length == 0) return _words.AsSpan(0, _count);
        var values = batch.Dense.Slice(row * batch.Schema.DenseWidth, batch.Schema.DenseWidth);
        for (var i = 0; i < columns.Length; i++) _floats[i] = values[columns[i]];
        var raw = batch.Numbers.Slice(row * batch.Schema.Numbers.Count, batch.Schema.Numbers.Count);
        for (var i = 0; i < numbers.Length; i++) _floats[columns.Length + i] = raw[numbers[i]];
        Add(_floats);
        return _words.AsSpan(0, _count);
    }

    /// <summary>Room for the given number of words, which <see cref="Write"/> takes.</summary>
    public Span<long> Room(int count)
    {
        Reserve(count);
        _count = count;
        return _words.AsSpan(0, count);
    }

    /// <summary>Gives the row that was begun the values that lie in <see cref="Room"/>, instead of its own.</summary>
    public void Write(ExampleBatch batch)
    {
        ReadOnlySpan<long> words = _words.AsSpan(0, _count);
        foreach (var slot in slots)
        {
            var (count, isWeighted) = ((int)(words[0] >> 1), (words[0] & 1) != 0);
            var ids = words.Slice(1, count);
            var column = batch.EmptiedColumn(slot);
            words = words[(1 + count)..];
            if (!isWeighted)
            {
                column.Add(ids);
                continue;
            }
            column.Add(ids, MemoryMarshal.Cast<long, float>(words)[..count]);
            words = words[WordsOf(count)..];
        }
        var floats = MemoryMarshal.Cast<long, float>(words);
        for (var i = 0; i < columns.Length; i++) batch.WriteDense(columns[i], floats[i], shared: false);
        for (var i = 0; i < numbers.Length; i++) batch.WriteNumber(numbers[i], floats[columns.Length + i], shared: false);
    }

    /// <summary>Whether some id of a slot, among the values that lie in <see cref="Room"/>, is wanted.</summary>
    /// <param name="isWanted">Asked for the place of a slot among those that the item decides, and an id of it.</param>
    public bool Any(Func<int, long, bool> isWanted)
    {
        ReadOnlySpan<long> words = _words.AsSpan(0, _count);
        for (var slot = 0; slot < slots.Length; slot++)
        {
            var (count, isWeighted) = ((int)(words[0] >> 1), (words[0] & 1) != 0);
            foreach (var id in words.Slice(1, count))
            {
                if (isWanted(slot, id)) return true;
            }
            words = words[(1 + count + (isWeighted ? WordsOf(count) : 0))..];
        }
        return false;
    }

    private static int WordsOf(int floats) => (floats + 1) / 2;

    private void Read(ExampleBatch batch, int row, FeatureSlot slot)
    {
        var offsets = batch.Offsets(slot);
        var bag = batch.IsShared(slot) ? 0 : row;
        var (first, count) = (offsets[bag], offsets[bag + 1] - offsets[bag]);
        var weights = batch.IdWeights(slot);
        Reserve(1 + count);
        _words[_count++] = (2L * count) + (weights.IsEmpty ? 0 : 1);
        batch.Ids(slot).Slice(first, count).CopyTo(_words.AsSpan(_count));
        _count += count;
        if (!weights.IsEmpty) Add(weights.Slice(first, count));
    }

    private void Add(ReadOnlySpan<float> values)
    {
        var words = WordsOf(values.Length);
        Reserve(words);
        // The half of a word that is left over is always 0: equal values are equal words.
        _words.AsSpan(_count, words).Clear();
        values.CopyTo(MemoryMarshal.Cast<long, float>(_words.AsSpan(_count, words)));
        _count += words;
    }

    private void Reserve(int more)
    {
        if (_count + more > _words.Length) Array.Resize(ref _words, Math.Max(2 * _words.Length, _count + more));
    }
}
