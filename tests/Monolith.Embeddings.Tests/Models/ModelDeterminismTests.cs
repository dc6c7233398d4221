using System.IO.Hashing;
using System.Runtime.InteropServices;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Models;

public sealed class ModelDeterminismTests
{
    [Test]
    public void Sharing_the_work_among_threads_changes_no_bit([Values("lr", "fm", "deep")] string name, [Values(2, 3, 8)] int threads)
    {
        var fixture = new ModelFixture(dimension: 16, extraSlots: 3);
        var alone = Run(fixture, name, -1, isShared: false);
        Assert.That(Run(fixture, name, threads, isShared: true), Is.EqualTo(alone));
    }

    [Test]
    public void The_first_weights_are_a_function_of_the_seed()
    {
        var schema = new ModelFixture().Schema;
        Assert.That(First(1), Is.EqualTo(First(1)));
        Assert.That(First(1), Is.Not.EqualTo(First(2)));

        float[] First(ulong seed)
        {
            using var model = new DeepFm(schema, new() { Seed = seed, Hidden = [8, 4] });
            return [.. model.Graph.Parameters.SelectMany(p => p.Weights)];
        }
    }

    /// <summary>Written down once: a change of these numbers is a change of every model on every machine.</summary>
    [Test]
    public void The_first_weights_are_what_they_always_were()
    {
        using var model = new DeepFm(new ModelFixture().Schema, new() { Seed = 42, Hidden = [3] });
        Assert.That(model.Graph.Parameters[1].Weights[..3], Is.EqualTo(new[] { 0.277907819f, -0.120894209f, 0.210273445f }));
    }

    /// <summary>
    /// The promise of the same bits on every machine: run it there, or with <c>DOTNET_EnableAVX512=0</c> and
    /// <c>DOTNET_EnableHWIntrinsic=0</c>.
    /// </summary>
    [TestCase("lr", 7371674003748639444UL)]
    [TestCase("fm", 5858500999413554324UL)]
    [TestCase("deep", 18366766875469134665UL)]
    public void The_bits_after_training_are_what_they_always_were(string name, ulong expected)
    {
        // Which NaN it is differs between processors.
        var results = Run(new ModelFixture(dimension: 21, extraSlots: 2), name, -1, isShared: false).Where(float.IsFinite).ToArray();
        Assert.That(XxHash64.HashToUInt64(MemoryMarshal.AsBytes(results.AsSpan())), Is.EqualTo(expected));
    }

    [Test]
    public void The_first_weights_fill_their_range_evenly()
    {
        var fixture = new ModelFixture(dimension: 16);
        using var model = new DeepFm(fixture.Schema, new() { Seed = 3, Hidden = [200] });
        var inputs = fixture.Vector.Width + fixture.Schema.DenseWidth;
        var weights = model.Graph.Parameters[1].Weights;
        var limit = MathF.Sqrt(6f / inputs);
        Assert.That(weights[..(inputs * 200)].Max(), Is.InRange(0.99f * limit, limit));
        Assert.That(weights[..(inputs * 200)].Min(), Is.InRange(-limit, -0.99f * limit));
        Assert.That(weights[..(inputs * 200)].Average(), Is.EqualTo(0f).Within(0.02 * limit));
        Assert.That(weights[(inputs * 200)..], Is.All.EqualTo(0f));
        Assert.That(model.Graph.Parameters[2].Weights[..200].Max(), Is.LessThanOrEqualTo(MathF.Sqrt(6f / 201)));
    }

    [Test]
    public void Nothing_is_allocated_once_the_buffers_have_grown([Values("lr", "fm", "deep")] string name, [Values] bool isShared)
    {
        var fixture = new ModelFixture(dimension: 16, tasks: 2);
        using var model = ModelFixture.Create(name, fixture.Schema, new AdamOptions(), configure: o => o.Tasks = ["task1"]);
        model.ForceParallel = isShared;
        fixture.Fill(rows: 300, seed: 7);
        var logits = new float[fixture.Logits.Length];
        for (var i = 0; i < 40; i++) Step();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++) Step();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.EqualTo(0));

        void Step()
        {
            fixture.Train(model);
            fixture.Predict(model, logits);
        }
    }

    [Test]
    public void Many_threads_predict_at_once()
    {
        var fixture = new ModelFixture(dimension: 8);
        using var model = ModelFixture.Create("deep", fixture.Schema);
        model.ForceParallel = true;
        fixture.Fill(rows: 200, seed: 9);
        var expected = fixture.Predict(model);
        Parallel.For(0, 64, _ => Assert.That(fixture.Predict(model).AsSpan().SequenceEqual(expected), Is.True));
    }

    private static float[] Run(ModelFixture fixture, string name, int threads, bool isShared)
    {
        using var model = name switch
        {
            "lr" => (BuiltInModel)new LogisticRegression(fixture.Schema, new() { MaxDegreeOfParallelism = threads }),
            "fm" => new FactorizationMachine(fixture.Schema, new() { MaxDegreeOfParallelism = threads }),
            _ => new DeepFm(fixture.Schema, new() { MaxDegreeOfParallelism = threads, Hidden = [33, 18] }),
        };
        model.ForceParallel = isShared;
        List<float> results = [];
        for (var step = 0; step < 4; step++)
        {
            fixture.Fill(rows: 251 + step, seed: step);
            if (step == 2) fixture.Inputs.Block(fixture.Bias)[500] = float.NaN;
            fixture.Train(model);
            results.AddRange(fixture.Logits);
            foreach (var segment in fixture.Schema.Layout.Segments) results.AddRange(fixture.Gradients.Block(segment));
            results.AddRange(fixture.Predict(model));
        }
        foreach (var parameter in model.Graph.Parameters) results.AddRange([.. parameter.Weights, .. parameter.State]);
        return [.. results];
    }
}
