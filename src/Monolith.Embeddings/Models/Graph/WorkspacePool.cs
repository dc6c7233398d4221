using Monolith.Embeddings.Kernels.Matrices;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Threads;

namespace Monolith.Embeddings.Models.Graph;

/// <summary>
/// One workspace for each pass that runs at the same time, kept for the next; and how a pass is shared among threads. Thread-safe.
/// </summary>
internal sealed class WorkspacePool
{
    /// <summary>About 50 microseconds of one core: several times what it takes to wake another one.</summary>
    private const long MinSharedOperations = 4_000_000;

    /// <summary>
    /// Rows that go through all layers together: their activations stay in the cache, and each packed panel is used often enough.
    /// </summary>
    private const int MaxChunkRows = 32 * ProductTile.Rows, MinChunkRows = 8 * ProductTile.Rows;

    private readonly ObjectPool<Workspace> _workspaces;
    private readonly long _operationsPerRow;
    private readonly int _threads;

    public WorkspacePool(ModelGraph graph, int maxDegreeOfParallelism)
    {
        _operationsPerRow = graph.OperationsPerRow;
        _threads = maxDegreeOfParallelism == -1 ? Environment.ProcessorCount : maxDegreeOfParallelism;
        _workspaces = new(() => new Workspace(graph, _threads - 1));
    }

    /// <summary>For tests: share always, never, or (null) by the amount of work.</summary>
    public bool? ForceParallel { get; set; }

    public Workspace Rent() => _workspaces.Rent();

    public void Return(Workspace space)
    {
        space.Release();
        _workspaces.Return(space);
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
        ForceParallel ?? space.Rows * _operationsPerRow >= MinSharedOperations ? _threads : 1;
}
