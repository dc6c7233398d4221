using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.TestKit.Support;

namespace Monolith.Embeddings.TestKit;

/// <summary>What tables expect of an <see cref="Optimizer"/>.</summary>
/// <param name="create">Makes an instance with the options to be checked; each call a new one.</param>
public class OptimizerContract(Func<Optimizer> create) : PlugInContract
{
    private const int Rows = 6, Steps = 40, LongRun = 300, SharedRun = 100;

    /// <summary>The dimensions to check. Default 1, 3, 16 and 37: less than a vector, just one, and several with a remainder.</summary>
    public IReadOnlyList<int> Dimensions { get; init; } = [1, 3, 16, 37];

    /// <inheritdoc />
    public override IEnumerable<ContractCheck> Checks =>
    [
        new("The name is not empty and never changes", NameIsStable),
        ForEach("The length of the state is a function of the dimension", StateLengthIsStable),
        ForEach("A new state is set as a whole", StateIsSetAsAWhole),
        ForEach("A gradient changes weights or state", GradientsTeach),
        ForEach("Nothing is written beside weights and state", NothingElseIsWritten),
        ForEach("A step depends on the row, the gradient and the context alone", StepsAreFunctions),
        ForEach("Rows do not disturb each other", RowsAreIndependent),
        ForEach("A restored row goes on as if nothing had happened", RestoredRowsGoOn),
        ForEach("Threads do not disturb each other", ThreadsAreIndependent),
        ForEach("A zero gradient leaves a new row finite", ZeroGradientsAreHarmless),
        ForEach("Moderate gradients keep weights finite", ModerateGradientsAreHarmless),
        ForEach("Moved weights stay finite", MovedWeightsAreHarmless),
        ForEach("A step allocates nothing", StepsAllocateNothing),
    ];

    private ContractCheck ForEach(string name, Action<int> check) => new(name, () =>
    {
        foreach (var dimension in Dimensions) check(dimension);
    });

    private void NameIsStable()
    {
        var optimizer = create();
        var name = optimizer.Name;
        new OptimizerRow(optimizer, Dimensions[0], 1).Learn(optimizer, 1);
        CheckName(name, optimizer.Name, create().Name);
    }

    private void StateLengthIsStable(int dimension)
    {
        var optimizer = create();
        var length = OptimizerRow.StateLength(optimizer, dimension);
        new OptimizerRow(optimizer, dimension, 1).Learn(optimizer, 2);
        Expect.Same(length, optimizer.StateLength(dimension), $"the state's length of {dimension} weights, asked again");
        Expect.Same(length, create().StateLength(dimension), $"the state's length of {dimension} weights, asked of another instance");
    }

    private void StateIsSetAsAWhole(int dimension)
    {
        var optimizer = create();
        var (row, other) =
            (new OptimizerRow(optimizer, dimension, 1, before: 3), new OptimizerRow(optimizer, dimension, 1, before: float.NaN));
        row.CheckSame(other, "a new row, set over other values");
        row.Assign(optimizer, before: 3);
        other.Assign(optimizer, before: float.NaN);
        row.CheckSame(other, "an assigned row, set over other values");
    }

    private void GradientsTeach(int dimension)
    {
        var optimizer = create();
        var (row, untaught) = (new OptimizerRow(optimizer, dimension, 1), new OptimizerRow(optimizer, dimension, 1));
        row.Learn(optimizer, Steps);
        Expect.That(!row.Weights.SequenceEqual(untaught.Weights) || !row.State.SequenceEqual(untaught.State),
            $"{Steps} gradients were expected to change a row of {dimension} weights, but none did");
    }

    private void NothingElseIsWritten(int dimension)
    {
        var optimizer = create();
        var row = new OptimizerRow(optimizer, dimension, 1);
        row.Learn(optimizer, Steps).MoveWeights(optimizer);
        row.CheckGuards();
    }

    private void StepsAreFunctions(int dimension)
    {
        var (first, second) = (create(), create());
        var (once, again) =
            (new OptimizerRow(first, dimension, 1).Learn(first, Steps), new OptimizerRow(first, dimension, 1).Learn(first, Steps));
        once.CheckSame(again, $"the same {Steps} steps again");
        once.CheckSame(new OptimizerRow(second, dimension, 1).Learn(second, Steps), $"the same {Steps} steps by another instance");
    }

    private void RowsAreIndependent(int dimension)
    {
        var (alone, together) = (create(), create());
        var rows = NewRows(together, dimension);
        for (var step = 0; step < Steps; step++)
        {
            foreach (var row in rows) row.Learn(together, 1);
        }
        for (var i = 0; i < Rows; i++)
            new OptimizerRow(alone, dimension, (ulong)i).Learn(alone, Steps).CheckSame(rows[i], $"row {i} in turn with {Rows - 1} others");
    }

    private void RestoredRowsGoOn(int dimension)
    {
        var (before, after) = (create(), create());
        var saved = new OptimizerRow(before, dimension, 1).Learn(before, Steps / 2);
        var restored = new OptimizerRow(after, dimension, 1).Restore(saved).Learn(after, Steps / 2);
        saved.Learn(before, Steps / 2).CheckSame(restored, $"{Steps / 2} steps after a restore into another instance");
    }

    private void ThreadsAreIndependent(int dimension)
    {
        var (alone, shared) = (create(), create());
        var expected = NewRows(alone, dimension);
        foreach (var row in expected) row.Learn(alone, SharedRun);
        Crowd.Run(thread =>
        {
            var rows = NewRows(shared, dimension);
            for (var i = 0; i < Rows; i++) rows[(thread + i) % Rows].Learn(shared, SharedRun);
            for (var i = 0; i < Rows; i++) expected[i].CheckSame(rows[i], $"row {i}");
        });
    }

    private void ZeroGradientsAreHarmless(int dimension)
    {
        var optimizer = create();
        var row = new OptimizerRow(optimizer, dimension, 1);
        row.LearnZero(optimizer);
        Expect.AllFinite(row.Weights, "after one gradient of zeros");
    }

    private void ModerateGradientsAreHarmless(int dimension)
    {
        var optimizer = create();
        foreach (var row in NewRows(optimizer, dimension))
            Expect.AllFinite(row.Learn(optimizer, LongRun).Weights, $"after {LongRun} gradients within 10");
    }

    private void MovedWeightsAreHarmless(int dimension)
    {
        var optimizer = create();
        var row = new OptimizerRow(optimizer, dimension, 1).Learn(optimizer, Steps);
        row.MoveWeights(optimizer);
        Expect.AllFinite(row.Learn(optimizer, Steps).Weights, "after weights were moved, and more gradients");
    }

    private void StepsAllocateNothing(int dimension)
    {
        var optimizer = create();
        var row = new OptimizerRow(optimizer, dimension, 1);
        Expect.NothingAllocated(() =>
        {
            row.Learn(optimizer, Steps);
            row.MoveWeights(optimizer);
            optimizer.InitializeState(row.Weights, row.State);
        });
    }

    private static OptimizerRow[] NewRows(Optimizer optimizer, int dimension) =>
        [.. Enumerable.Range(0, Rows).Select(seed => new OptimizerRow(optimizer, dimension, (ulong)seed))];
}
