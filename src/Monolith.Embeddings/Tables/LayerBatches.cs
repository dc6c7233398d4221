using System.Collections;
using Monolith.Embeddings.Threads;

namespace Monolith.Embeddings.Tables;

/// <summary>
/// The batches of a layer, one a table, and the threads that share them. Tables in this process do them in parts; others take them as a
/// list. One caller at a time.
/// </summary>
internal sealed class LayerBatches : IReadOnlyList<TableBatch>
{
    // Fewer ids are done before another thread has come.
    private const int LeastSharedIds = 1024;

    private readonly TableBatch[] _batches;
    private readonly Grouping _grouping;
    private readonly Doing _doing = new();
    private TableWork[] _works = [];
    private bool _isShared = true;

    /// <param name="batches">One a table.</param>
    /// <param name="threads">How many threads share them at most, at least 1.</param>
    public LayerBatches(TableBatch[] batches, int threads)
    {
        (_batches, Threads) = (batches, new ForkJoin(threads - 1));
        _grouping = new Grouping(threads);
    }

    /// <summary>The threads, for what else the layer does.</summary>
    public ForkJoin Threads { get; }

    public int Count => _batches.Length;

    public TableBatch this[int index] => _batches[index];

    /// <summary>The ids are about to be others.</summary>
    public void Forget()
    {
        foreach (var work in _works) work.Forget();
    }

    /// <summary>Reads rows as they are read for learning, and says which ids have one; nothing changes.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="isShared">Whether the threads share it; else the caller does it alone, beside something that has other threads.</param>
    public void Read(EmbeddingTable[] tables, bool isShared)
    {
        Bind(tables);
        foreach (var work in _works) work.BeginRead();
        _isShared = isShared;
        try
        {
            Run();
        }
        finally
        {
            _isShared = true;
        }
        foreach (var work in _works) work.Keep();
    }

    public void LookupOrAdmit(EmbeddingTable[] tables, DateTimeOffset eventTime, long step)
    {
        Bind(tables);
        foreach (var work in _works) work.BeginLookup(eventTime, step);
        Run();
        foreach (var work in _works) work.Keep();
    }

    public void ApplyGradients(EmbeddingTable[] tables, DateTimeOffset eventTime, long step)
    {
        Bind(tables);
        foreach (var work in _works) work.BeginApply(eventTime, step);
        Run();
    }

    public IEnumerator<TableBatch> GetEnumerator() => ((IEnumerable<TableBatch>)_batches).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _batches.GetEnumerator();

    private void Bind(EmbeddingTable[] tables)
    {
        if (_works.Length > 0 && _works[0].Table == tables[0]) return;
        _works = new TableWork[tables.Length];
        for (var i = 0; i < tables.Length; i++) _works[i] = new TableWork(tables[i], _batches[i]);
    }

    private void Run()
    {
        try
        {
            if (TryTakeAll()) RunChunks(_works);
            // Near the limit, which ids get room depends on what the tables before have taken: one table after the other then.
            else for (var i = 0; i < _works.Length; i++) RunOne(i);
        }
        catch (Exception)
        {
            foreach (var work in _works) work.ThrowIfFailed();
            throw;
        }
        finally
        {
            foreach (var work in _works) work.End();
        }
    }

    private bool TryTakeAll()
    {
        foreach (var work in _works)
        {
            if (work.TryTakeAll()) continue;
            foreach (var taken in _works) taken.ReturnAll();
            return false;
        }
        return true;
    }

    private void RunOne(int table)
    {
        while (_works[table].TryTakeNext())
        {
            RunChunks(new ArraySegment<TableWork>(_works, table, 1));
            _works[table].EndChunk();
        }
    }

    // The chunks that the tables have taken, all together: many small tables keep as many threads busy as a large one.
    private void RunChunks(ArraySegment<TableWork> works)
    {
        _grouping.Works = _doing.Works = works;
        var ids = 0L;
        foreach (var work in works) ids += work.ChunkIds;
        Run(_grouping, works.Count, ids);
        var parts = 0;
        foreach (var work in works) parts += work.Parts;
        Run(_doing, parts, ids);
    }

    private void Run(RangeWork work, int count, long ids)
    {
        if (!_isShared || ids < LeastSharedIds) work.Run(0, count);
        else Threads.Run(work, count, 1);
    }

    private sealed class Grouping(int threads) : RangeWork
    {
        public ArraySegment<TableWork> Works { get; set; }

        public override void Run(int start, int end)
        {
            for (var i = start; i < end; i++) Works[i].Group(threads);
        }
    }

    private sealed class Doing : RangeWork
    {
        public ArraySegment<TableWork> Works { get; set; }

        public override void Run(int start, int end)
        {
            for (var i = start; i < end; i++) RunPart(i);
        }

        private void RunPart(int part)
        {
            foreach (var work in Works)
            {
                if (part < work.Parts)
                {
                    work.RunPart(part);
                    return;
                }
                part -= work.Parts;
            }
        }
    }
}
