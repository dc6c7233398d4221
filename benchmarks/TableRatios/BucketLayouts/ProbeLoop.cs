using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TableRatios.Flat;

namespace TableRatios.BucketLayouts;

/// <summary>The bare loops over an index: buckets are fetched 32 ids ahead, rows 16 ahead.</summary>
internal sealed unsafe class ProbeLoop<TLayout>(LayoutIndex<TLayout> index, LayoutRows rows)
    where TLayout : unmanaged, IBucketLayout<TLayout>
{
    private const int Ahead = 16, NotFound = -1;

    private readonly ulong[] _hashes = new ulong[RatioContext.BatchSize];
    private readonly int[] _guesses = new int[RatioContext.BatchSize];

    /// <summary>Copies weights out; zeros for absent ids.</summary>
    /// <returns>How many ids were found.</returns>
    public int Lookup(ReadOnlySpan<long> ids, Span<float> output, bool both)
    {
        var found = 0;
        fixed (float* target = output)
        {
            Start(ids, both);
            for (var i = 0; i < ids.Length; i++)
            {
                LookAhead(ids, i, both, withState: false);
                var row = Find(ids, i);
                var destination = target + (long)i * rows.Dimension;
                if (row == NotFound) new Span<float>(destination, rows.Dimension).Clear();
                else Copy(rows.Weights(row), destination);
                if (row != NotFound) found++;
            }
        }
        return found;
    }

    /// <summary>Adagrad on the rows of ids.</summary>
    public void Update(ReadOnlySpan<long> ids, ReadOnlySpan<float> gradients, float rate, bool both)
    {
        var lr = Vector512.Create(rate);
        fixed (float* source = gradients)
        {
            Start(ids, both);
            for (var i = 0; i < ids.Length; i++)
            {
                LookAhead(ids, i, both, withState: true);
                var row = Find(ids, i);
                if (row != NotFound) FlatSteps.Adagrad(rows.Weights(row), source + (long)i * rows.Dimension, rows.Dimension, lr);
            }
        }
    }

    /// <summary>Adds ids, whose rows are numbered from <paramref name="firstRow"/> on.</summary>
    public void Insert(ReadOnlySpan<long> ids, int firstRow, bool both)
    {
        for (var i = 0; i < ids.Length; i++)
        {
            _hashes[i] = Hash.Mix(ids[i]);
            index.Prefetch(_hashes[i], both);
        }
        for (var i = 0; i < ids.Length; i++) index.Insert(ids[i], _hashes[i], firstRow + i);
    }

    private void Start(ReadOnlySpan<long> ids, bool both)
    {
        for (var i = 0; i < Math.Min(2 * Ahead, ids.Length); i++) FetchBucket(ids, i, both);
        for (var i = 0; i < Math.Min(Ahead, ids.Length); i++) FetchRow(ids, i, withState: false);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void LookAhead(ReadOnlySpan<long> ids, int i, bool both, bool withState)
    {
        if (i + 2 * Ahead < ids.Length) FetchBucket(ids, i + 2 * Ahead, both);
        if (i + Ahead < ids.Length) FetchRow(ids, i + Ahead, withState);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void FetchBucket(ReadOnlySpan<long> ids, int i, bool both)
    {
        _hashes[i] = Hash.Mix(ids[i]);
        index.Prefetch(_hashes[i], both);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void FetchRow(ReadOnlySpan<long> ids, int i, bool withState)
    {
        _guesses[i] = index.Layout.Guess(ids[i], _hashes[i]);
        if (_guesses[i] != NotFound) rows.Prefetch(_guesses[i], withState);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Find(ReadOnlySpan<long> ids, int i) =>
        _guesses[i] == NotFound ? NotFound : index.Layout.Find(ids[i], _hashes[i], _guesses[i], rows);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Copy(float* source, float* destination)
    {
        for (var k = 0; k < rows.Dimension; k += 16) Vector512.Store(Vector512.Load(source + k), destination + k);
    }
}
