using System.Diagnostics;
using System.Runtime.Intrinsics;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels.Matrices;
using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.Tests.Models;

/// <summary>
/// Makes the numbers of <c>docs/design/models.md</c>. Says what it measured and asserts nothing: <c>dotnet test -c Release
/// tests/Monolith.Embeddings.Tests --filter "FullyQualifiedName~ModelSpeed" --logger "console;verbosity=detailed"</c>.
/// </summary>
[Explicit("Measures for about a minute.")]
public sealed class ModelSpeed
{
    private const int Rounds = 41;

    [TestCase(1024, 128, 128)]
    [TestCase(256, 64, 80)]
    [TestCase(1024, 256, 429)]
    public void Product(int m, int n, int k)
    {
        var (a, b, c) = (Values(m * k), Values(k * n), new float[m * n]);
        var times = Measure(
            () => MatrixProduct.Multiply(new(a, m, k), new(b, k, n), new(c, m, n), accumulate: false),
            () => MatrixProduct.Multiply(new(a, m, k, 1, m), new(b, k, n), new(c, m, n), accumulate: false),
            () => MatrixProduct.Multiply<Vectors256, Vector256<float>>(new(a, m, k), new(b, k, n), new(c, m, n), accumulate: false),
            () => MatrixProduct.MultiplyScalar(new(a, m, k), new(b, k, n), new(c, m, n), accumulate: false));
        var rates = times.Select(t => $"{2e-3 * m * n * k / t:F1}").ToArray();
        TestContext.Out.WriteLine(
            $"[{m}, {k}] x [{k}, {n}], GFLOP/s: {rates[0]}; A transposed {rates[1]}; 256-bit lanes {rates[2]}; plain loop {rates[3]}");
    }

    [Test]
    public void Batch([Values(5, 26)] int slots, [Values("64,32", "256,128")] string hidden, [Values(256, 1024)] int rows)
    {
        var fixture = new ModelFixture(dimension: 16, denseWidth: 13, firstN: 0, extraSlots: slots - 2);
        fixture.Fill(rows, seed: 1);
        int[] widths = [.. hidden.Split(',').Select(int.Parse)];
        using var alone = new DeepFm(fixture.Schema, new() { Hidden = widths, MaxDegreeOfParallelism = 1 });
        using var shared = new DeepFm(fixture.Schema, new() { Hidden = widths });
        using var machine = new FactorizationMachine(fixture.Schema, new() { MaxDegreeOfParallelism = 1 });
        var logits = new float[rows];
        var times = Measure(
            () => fixture.Train(alone), () => fixture.Train(shared),
            () => fixture.Predict(alone, logits),
            () => fixture.Predict(shared, logits), () => fixture.Train(machine));
        TestContext.Out.WriteLine(
            $"{slots} slots, hidden {hidden}, {rows} rows, microseconds: train {times[0]:F0} on one thread, {times[1]:F0} shared "
            + $"(x{times[0] / times[1]:F2}), {6e-3 * rows * alone.WeightCount / times[0]:F0} GFLOP/s on one; predict {times[2]:F0}, "
            + $"{times[3]:F0}; "
            + $"factorization machine trains in {times[4]:F0}");
    }

    [Test]
    public void Heads([Values(256)] int rows)
    {
        var variants = (from name in (string[])["lr", "fm", "deep"] from tasks in (int[])[1, 2, 4] select (name, tasks)).ToArray();
        var models = variants.Select(variant =>
        {
            FeedbackCorrection[] corrections = [.. Enumerable.Repeat(FeedbackCorrection.None, variant.tasks)];
            var fixture = new ModelFixture(corrections, variant.tasks, dimension: 16, denseWidth: 13, firstN: 0, extraSlots: 3);
            fixture.Fill(rows, seed: 1);
            return (Fixture: fixture, Model: ModelFixture.Create(
                variant.name, fixture.Schema, hidden: [64, 32], configure: options => options.MaxDegreeOfParallelism = 1));
        }).ToArray();
        var train = Measure([.. models.Select(m => (Action)(() => m.Fixture.Train(m.Model)))]);
        var predict = Measure([.. models.Select(m => (Action)(() => m.Fixture.Predict(m.Model, m.Fixture.Logits)))]);
        for (var i = 0; i < variants.Length; i++)
        {
            TestContext.Out.WriteLine(
                $"{variants[i].name}, {variants[i].tasks} tasks, {rows} rows: train {train[i]:F1}, predict {predict[i]:F1}");
            models[i].Model.Dispose();
        }
    }

    /// <summary>The median time of each, in microseconds, over rounds in which they take turns.</summary>
    private static double[] Measure(params Action[] actions)
    {
        var times = actions.Select(_ => new double[Rounds]).ToArray();
        var repeats = new int[actions.Length];
        for (var i = 0; i < actions.Length; i++)
        {
            // Long enough for the compiler's last tier, and then to choose rounds of about two milliseconds.
            var watch = Stopwatch.StartNew();
            var calls = 0;
            for (; watch.ElapsedMilliseconds < 400 || calls < 80; calls++) actions[i]();
            repeats[i] = (int)Math.Max(1, 2.0 * calls / watch.Elapsed.TotalMilliseconds);
        }
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < actions.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                for (var repeat = 0; repeat < repeats[i]; repeat++) actions[i]();
                times[i][round] = Stopwatch.GetElapsedTime(start).TotalMicroseconds / repeats[i];
            }
        }
        return [.. times.Select(t => t.Order().ElementAt(Rounds / 2))];
    }

    private static float[] Values(int length)
    {
        var random = new Random(length);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() - 0.5f)];
    }
}
