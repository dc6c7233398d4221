using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.TestKit.Support;

namespace Monolith.Embeddings.TestKit;

/// <summary>What tables expect of an <see cref="Initializer"/>.</summary>
/// <param name="create">Makes an instance with the options to be checked; each call a new one.</param>
public class InitializerContract(Func<Initializer> create) : PlugInContract
{
    private const int Keys = 50;

    /// <summary>The dimensions to check, ascending. Default 1, 2, 3, 16 and 37.</summary>
    public IReadOnlyList<int> Dimensions { get; init; } = [1, 2, 3, 16, 37];

    /// <inheritdoc />
    public override IEnumerable<ContractCheck> Checks =>
    [
        new("The name is not empty and never changes", NameIsStable),
        new("Every weight is set", () => ForEach(EveryWeightIsSet)),
        new("Nothing is written beside the weights", () => ForEach(NothingElseIsWritten)),
        new("Weights are finite", () => ForEach(WeightsAreFinite)),
        new("Weights depend on the key alone", () => ForEach(WeightsAreFunctions)),
        new("A weight does not depend on how many follow", () => ForEach(LengthDoesNotMatter)),
        new("Threads do not disturb each other", ThreadsAreIndependent),
        new("A row's weights allocate nothing", AllocatesNothing),
    ];

    private void ForEach(Action<int, ulong> check)
    {
        foreach (var dimension in Dimensions)
        {
            for (ulong key = 0; key < Keys; key++) check(dimension, Draws.Mix(key));
        }
    }

    private void NameIsStable()
    {
        var initializer = create();
        var name = initializer.Name;
        Draw(initializer, 3, 1);
        CheckName(name, initializer.Name, create().Name);
    }

    private void EveryWeightIsSet(int dimension, ulong key)
    {
        var initializer = create();
        Expect.SameBits(Draw(initializer, dimension, key).Span, Draw(initializer, dimension, key, before: 7).Span, "set over other values");
    }

    private void NothingElseIsWritten(int dimension, ulong key) => Draw(create(), dimension, key).CheckGuards("weights");

    private void WeightsAreFinite(int dimension, ulong key) =>
        Expect.AllFinite(Draw(create(), dimension, key, before: 0).Span, $"key {key}");

    private void WeightsAreFunctions(int dimension, ulong key)
    {
        var (first, second) = (create(), create());
        var once = Draw(first, dimension, key);
        Draw(first, dimension, ~key);
        Expect.SameBits(once.Span, Draw(first, dimension, key).Span, "drawn again");
        Expect.SameBits(once.Span, Draw(second, dimension, key).Span, "drawn by another instance");
    }

    private void LengthDoesNotMatter(int dimension, ulong key)
    {
        var initializer = create();
        Expect.SameBits(Draw(initializer, dimension, key).Span, Draw(initializer, Dimensions[^1], key).Span[..dimension],
            $"{dimension} weights, and the first of {Dimensions[^1]}");
    }

    private void ThreadsAreIndependent()
    {
        var (alone, shared) = (create(), create());
        var expected = Enumerable.Range(0, 10 * Keys).Select(key => Draw(alone, Dimensions[^1], (ulong)key)).ToArray();
        Crowd.Run(thread =>
        {
            for (var i = 0; i < expected.Length; i++)
            {
                var key = (thread * Keys + i) % expected.Length;
                Expect.SameBits(expected[key].Span, Draw(shared, Dimensions[^1], (ulong)key).Span, $"key {key}");
            }
        });
    }

    private void AllocatesNothing()
    {
        var (initializer, weights) = (create(), new float[Dimensions[^1]]);
        Expect.NothingAllocated(() =>
        {
            for (ulong key = 0; key < Keys; key++) initializer.Initialize(key, weights);
        });
    }

    private static GuardedFloats Draw(Initializer initializer, int dimension, ulong key, float before = float.NaN)
    {
        var weights = new GuardedFloats(dimension);
        weights.Span.Fill(before);
        initializer.Initialize(key, weights.Span);
        return weights;
    }
}
