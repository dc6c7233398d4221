using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Consumer.Tests;

/// <summary>A user's own optimizer, initializer, filter and expiry policy, by the public API alone.</summary>
public class OwnPartsTests
{
    [Test]
    public void A_table_uses_parts_that_its_user_wrote()
    {
        var options = new EmbeddingTableOptions { Name = "own", Admission = new EvenIdsOptions(), Expiry = new BigIdsOptions() };
        var optimizer = new SignOptions { LearningRate = 0.5f };
        options.Segments.Add(
            new SegmentOptions { Name = "vector", Dimension = 2, Optimizer = optimizer, Initializer = new IdOptions() });
        using var table = new EmbeddingTable(options, new() { MemoryLimitBytes = 1 << 24 });
        long[] ids = [2, 3, 1000];
        var rows = new float[6];
        Assert.That(table.LookupOrAdmit(ids, [], rows, eventTime: At.Seconds(1)), Is.EqualTo(2));
        Assert.That(rows, Is.EqualTo([1f, 1f, 0f, 0f, 1f, 1f]));
        table.ApplyGradients(ids, [3f, -4f, 1f, 1f, 0.1f, 0.1f], [], eventTime: At.Seconds(1));
        table.Lookup(ids, rows);
        Assert.That(rows, Is.EqualTo([0.5f, 1.5f, 0f, 0f, 0.5f, 0.5f]));
        Assert.That(table.Evict(), Is.EqualTo(1));
        Assert.That((table.Contains(2), table.Contains(1000)), Is.EqualTo((true, false)));
    }

    [Test]
    public void A_full_table_lets_go_of_whom_its_user_s_policy_says()
    {
        var options =
            new EmbeddingTableOptions { Name = "own", MaxRows = 3, AtLimit = new OldestFirstOptions(), TrackAdmissionTime = true };
        options.Segments.Add(new SegmentOptions { Name = "vector" });
        using var table = new EmbeddingTable(options, new() { MemoryLimitBytes = 1 << 24 });
        Assert.That(table.RowLimit, Is.EqualTo(3));
        for (var i = 1u; i <= 4; i++) table.Assign([i], [1], eventTime: At.Seconds(i));
        Assert.That((table.Contains(1), table.Contains(2), table.GetStatistics().Evicted), Is.EqualTo((false, true, 1L)));
    }

    /// <summary>The row that came first goes first.</summary>
    private sealed class OldestFirstOptions : EvictionPolicyOptions
    {
        public override bool NeedsAdmissionTime => true;

        public override EvictionPolicy Create() => new OldestFirst();
    }

    private sealed class OldestFirst : EvictionPolicy
    {
        public override string Name => "oldest-first";

        public override double Score(in RowMetadata row) => row.AdmittedAt.InSeconds();
    }

    /// <summary>w -= lr sign(g); counts its steps.</summary>
    private sealed class SignOptions : OptimizerOptions
    {
        public override Optimizer Create() => new Sign(LearningRate);
    }

    private sealed class Sign(float learningRate) : Optimizer
    {
        public override string Name => "sign";

        public override int StateLength(int dimension) => 1;

        public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state) => state.Clear();

        public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context)
        {
            for (var i = 0; i < weights.Length; i++) weights[i] -= learningRate * MathF.Sign(gradient[i]);
            state[0]++;
        }
    }

    private sealed class IdOptions : InitializerOptions
    {
        public override Initializer Create() => new Ones();

        public override void CollectErrors(OptionErrors errors)
        {
        }
    }

    private sealed class Ones : Initializer
    {
        public override string Name => "ones";

        public override void Initialize(ulong key, Span<float> weights) => weights.Fill(1);
    }

    private sealed class EvenIdsOptions : AdmissionFilterOptions
    {
        public override AdmissionFilter Create(in AdmissionContext context) => new EvenIds();

        public override void CollectErrors(OptionErrors errors)
        {
        }
    }

    private sealed class EvenIds : AdmissionFilter
    {
        public override string Name => "even-ids";

        public override bool Admit(in AdmissionRequest request) => request.Id % 2 == 0;
    }

    private sealed class BigIdsOptions : ExpiryPolicyOptions
    {
        public override ExpiryPolicy Create() => new BigIds();

        public override void CollectErrors(OptionErrors errors)
        {
        }
    }

    private sealed class BigIds : ExpiryPolicy
    {
        public override string Name => "big-ids";

        public override bool IsExpired(in RowMetadata row, in ExpiryTime now) => row.Id >= 1000;
    }
}
