using Monolith.Embeddings.Kernels.Matrices;

namespace Monolith.Embeddings.Models;

/// <summary>
/// One workspace for each pass that runs at the same time, kept for the next; and how a pass is shared among threads. Thread-safe.
/// </summary>
internal sealed class WorkspacePool(ModelGraph graph, int maxDegreeOfParallelism)
{
    /// <summary>About 50 microseconds of one core: several times what it takes to wake another one.</summary>
    private const long MinSharedOperations = 4_000_000;

    /// <summary>
    /// Rows that go through all layers together: their activations stay in the cache, and each packed panel is used often enough.
    /// </summary>
    private const int MaxChunkRows = 32 * ProductTile.Rows, MinChunkRows = 8 * ProductTile.Rows;

    private readonly Stack<Workspace> _idle = new();
    private readonly Lock _gate = new();
    private readonly int _threads = maxDegreeOfParallelism == -1 ? Environment.ProcessorCount : maxDegreeOfParallelism;

    /// <summary>For tests: share always, never, or (null) by the amount of work.</summary>
    public bool? ForceParallel { get; set; }

    public Workspace Rent()
    {
        lock (_gate)
        {
            if (_idle.TryPop(out var space)) return space;
        }
        return new Workspace(graph, _threads - 1);
    }

    public void Return(Workspace space)
    {
        space.Release();
        lock (_gate) _idle.Push(space);
    }

    /// <summary>Runs work over the rows of the batch.</summary>
    public void RunRows(Workspace space, RangeWork work)
    {
        if (space.Rows == 0) return;
        var threads = Threads(space);
        var perThread = (space.Rows + 2 * threads - 1) / (2 * threads);
        var tiles = (Math.Clamp(perThread, MinChunkRows, MaxChunkRows) + ProductTile.Rows - 1) / ProductTile.Rows;
        Run(space, work, space.Rows, tiles * ProductTile.Rows, threads);
    }

    /// <summary>Runs the sums of the weights' gradients.</summary>
    public void RunBlocks(Workspace space, int blocks) => Run(space, space.WeightWork, blocks, 1, Threads(space));

    private static void Run(Workspace space, RangeWork work, int count, int grain, int threads)
    {
        if (threads > 1)
        {
            space.Threads.Run(work, count, grain);
            return;
        }
        for (var start = 0; start < count; start += grain) work.Run(start, Math.Min(start + grain, count));
    }

    private int Threads(Workspace space) =>
        ForceParallel ?? space.Rows * graph.OperationsPerRow >= MinSharedOperations ? _threads : 1;
}
