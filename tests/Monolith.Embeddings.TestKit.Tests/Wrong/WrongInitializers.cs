using Monolith.Embeddings.Initializers;

namespace Monolith.Embeddings.TestKit.Tests.Wrong;

internal static class WrongInitializers
{
    private static int _instances;

    public static IEnumerable<(string Rule, PlugInContract Contract)> All =>
    [
        ("The name is not empty and never changes", Contract(() => new Wrong { Text = " " })),
        ("The name is not empty and never changes", Contract(() => new Wrong { Text = $"{_instances++}" })),
        ("Every weight is set", Contract(() => new Wrong { Draw = (_, weights) => weights[1..].Clear() })),
        ("Nothing is written beside the weights", Contract(() => new Wrong { Draw = Beside.Write })),
        ("Weights are finite", Contract(() => new Wrong { Draw = (_, weights) => weights.Fill(1f / 0) })),
        ("Weights depend on the key alone", Contract(Counting)),
        ("A weight does not depend on how many follow", Contract(() => new Wrong { Draw = (_, weights) => weights.Fill(weights.Length) })),
        ("Threads do not disturb each other", Contract(Shared)),
        ("A row's weights allocate nothing", Contract(
            () => new Wrong { Draw = (_, weights) => new float[weights.Length].CopyTo(weights) })),
    ];

    private static InitializerContract Contract(Func<Initializer> create) => new(create);

    private static Wrong Counting()
    {
        var drawn = 0;
        return new Wrong { Draw = (_, weights) => weights.Fill(drawn++) };
    }

    // Right on one thread: the key goes through a field that all threads share.
    private static Wrong Shared()
    {
        var (between, moment) = (0UL, new WrongMoment());
        return new Wrong
        {
            Draw = (key, weights) =>
            {
                between = key;
                moment.Await(ref between, key);
                weights.Fill(between);
            },
        };
    }

    public sealed class Wrong : Initializer
    {
        public delegate void Drawing(ulong key, Span<float> weights);

        public string Text { get; init; } = "wrong";

        public Drawing Draw { get; init; } = (_, weights) => weights.Clear();

        public override string Name => Text;

        public override void Initialize(ulong key, Span<float> weights) => Draw(key, weights);
    }
}
