using System.IO.Hashing;
using System.Runtime.InteropServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Models.Heads;

public sealed class HeadDeterminismTests
{
    private static readonly FeedbackCorrection[] Corrections =
        [FeedbackCorrection.None, FeedbackCorrection.DelayModel, FeedbackCorrection.FakeNegativeWeighting];

    [Test]
    public void Sharing_the_work_among_threads_changes_no_bit(
        [Values("lr", "fm", "deep")] string name, [Values(2, 3, 8)] int threads, [Values(1, 4)] int biases)
    {
        var fixture = new ModelFixture(Corrections, biases, dimension: 16, extraSlots: 3);
        Assert.That(Run(fixture, name, threads, isShared: true), Is.EqualTo(Run(fixture, name, -1, isShared: false)));
    }

    /// <summary>
    /// The promise of the same bits on every machine: run it there, or with <c>DOTNET_EnableAVX512=0</c> and
    /// <c>DOTNET_EnableHWIntrinsic=0</c>.
    /// </summary>
    [TestCase("lr", 1, 7152709460130692140UL)]
    [TestCase("lr", 4, 1667272229359552051UL)]
    [TestCase("fm", 4, 2623357339074829672UL)]
    [TestCase("deep", 1, 1843879686710728913UL)]
    [TestCase("deep", 4, 18330253601997380569UL)]
    public void The_bits_after_training_are_what_they_always_were(string name, int biases, ulong expected)
    {
        // Which NaN it is differs between processors.
        var fixture = new ModelFixture(Corrections, biases, dimension: 21, extraSlots: 2);
        var results = Run(fixture, name, -1, isShared: false).Where(float.IsFinite).ToArray();
        Assert.That(XxHash64.HashToUInt64(MemoryMarshal.AsBytes(results.AsSpan())), Is.EqualTo(expected));
    }

    [Test]
    public void Nothing_is_allocated_once_the_buffers_have_grown(
        [Values("lr", "fm", "deep")] string name, [Values] bool isShared, [Values(1, 4)] int biases)
    {
        var fixture = new ModelFixture(Corrections, biases, dimension: 16);
        using var model = ModelFixture.Create(name, fixture.Schema, new AdamOptions());
        model.ForceParallel = isShared;
        fixture.Fill(rows: 300, seed: 7);
        var outputs = new ModelOutputBlocks(model);
        outputs.Resize(300);
        for (var i = 0; i < 40; i++) Step();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++) Step();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.EqualTo(0));

        void Step()
        {
            fixture.Gradients.Resize(300);
            model.Train(new TrainContext(fixture.Inputs, fixture.Examples, fixture.Gradients, fixture.Logits) { Outputs = outputs });
            model.Predict(new PredictContext(fixture.Inputs, fixture.Examples, fixture.Logits) { Outputs = outputs });
        }
    }

    private static float[] Run(ModelFixture fixture, string name, int threads, bool isShared)
    {
        using var model = ModelFixture.Create(name, fixture.Schema, hidden: [33, 18], configure: options =>
        {
            options.MaxDegreeOfParallelism = threads;
            options.TaskWeights["task1"] = 0.3f;
        });
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
