using Measuring;
using Monolith.Embeddings.Optimizers;

namespace OptimizerRatios;

/// <summary>Measures every optimizer at every dimension.</summary>
internal sealed class OptimizerSuite(int rounds, string filter)
{
    private const int RowsATurn = 1 << 16;
    private const double MostAtEight = 1.4, MostBeyond = 1.15, MostOfWholeRows = 1.3;

    private static readonly int[] Dimensions = [8, 16, 32, 64, 128];

    private readonly Report _report = new();
    private readonly Interleaved _interleaved = new(rounds);
    private readonly List<Bound> _bounds = [];

    public int Results => _report.Values.Count;

    public void Run()
    {
        foreach (var optimizer in OptimizerCase.All)
        {
            foreach (var dimension in Dimensions) Run(optimizer, dimension);
        }
    }

    /// <summary>Prints a comment line for each bound; returns whether all of them are met.</summary>
    public bool PrintBounds() => Bound.Print(_bounds, _report);

    private void Run(OptimizerCase subject, int dimension)
    {
        var name = $"{subject.Name}.dim{dimension}.vs_flat";
        if (!name.Contains(filter, StringComparison.Ordinal)) return;
        var optimizer = subject.Options.Create();
        RequireSameArithmetic(subject, optimizer, dimension);
        // Where rows lie can cost a side half of its time: each round has rows of its own.
        RowBuffers[] ours = Buffers(optimizer, dimension), flat = Buffers(optimizer, dimension);
        var count = ours[0].Count;
        var passes = RowsATurn / count;
        void Public(int turn)
        {
            var rows = ours[Interleaved.RoundOf(turn)];
            for (var i = 0; i < passes; i++) Update(optimizer, rows);
        }
        void Flat(int turn)
        {
            var rows = flat[Interleaved.RoundOf(turn)].Flat;
            for (var i = 0; i < passes; i++) subject.Rule(rows);
        }
        var copies = Array.ConvertAll(ours, rows => new CopyPass(rows));
        void Copy(int turn)
        {
            var copy = copies[Interleaved.RoundOf(turn)];
            for (var i = 0; i < passes; i++) copy.Run();
        }
        var (ratio, publicTime, flatTime) = _interleaved.Compare(Public, Flat, (long)passes * count);
        _report.Print(name, ratio);
        _report.Print(name + ".ns", publicTime);
        _report.Print(name + ".flat_ns", flatTime);
        _report.Print($"{subject.Name}.dim{dimension}.vs_copy",
            _interleaved.Compare(Public, Copy, count).Ratio);
        _bounds.Add(Bound.AtMost(name, subject.IsOfWholeRows ? MostOfWholeRows : dimension == 8 ? MostAtEight : MostBeyond));
    }

    private RowBuffers[] Buffers(Optimizer optimizer, int dimension) =>
        [.. Enumerable.Range(0, rounds).Select(_ => new RowBuffers(optimizer, dimension))];

    private static void Update(Optimizer optimizer, RowBuffers rows) =>
        optimizer.ApplyRows(rows.Dimension, rows.Weights, rows.State, rows.Gradients, new BlockContext(step: 0));

    // A comparison means nothing unless both sides compute the same.
    private static void RequireSameArithmetic(OptimizerCase subject, Optimizer optimizer, int dimension)
    {
        const int Steps = 10;
        const float Tolerance = 1e-4f;
        var (ours, flat) = (new RowBuffers(optimizer, dimension), new RowBuffers(optimizer, dimension));
        for (var step = 0; step < Steps; step++)
        {
            Update(optimizer, ours);
            subject.Rule(flat.Flat);
        }
        for (var i = 0; i < ours.Weights.Length; i++)
        {
            var (one, other) = (ours.Weights[i], flat.Weights[i]);
            if (!(MathF.Abs(one - other) <= Tolerance * MathF.Max(1, MathF.Abs(one))))
                throw new InvalidOperationException($"{subject.Name}, dimension {dimension}: weight {i} is {one} by the library and "
                    + $"{other} by the flat side after {Steps} steps.");
        }
    }
}
