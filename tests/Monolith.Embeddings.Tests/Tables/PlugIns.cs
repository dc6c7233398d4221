using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Tables;

/// <summary>Plug-ins whose members call back into the test, so that they can throw, block, or misuse the table.</summary>
internal sealed class PlugIns
{
    public Action<long> OnApply { get; set; } = _ => { };

    public Action<float[]> OnInitializeState { get; set; } = _ => { };

    public Action OnWeightsMoved { get; set; } = () => { };

    public Action<ulong> OnInitialize { get; set; } = _ => { };

    /// <summary>What new weights are.</summary>
    public float OnValue { get; set; } = 100;

    public Func<long, bool> OnAdmit { get; set; } = _ => true;

    public Func<long, bool> OnIsExpired { get; set; } = _ => false;

    public Func<RowMetadata, double> OnScore { get; set; } = row => row.LastUpdate.InSeconds();

    /// <summary>Whether the policies are shown weights.</summary>
    public bool ReadsWeights { get; set; }

    public Func<int, int> StateLength { get; set; } = dimension => dimension;

    public OptimizerOptions Optimizer => new HookedOptimizerOptions(this);

    public InitializerOptions Initializer => new HookedInitializerOptions(this);

    public AdmissionFilterOptions Admission => new HookedAdmissionOptions(this);

    public ExpiryPolicyOptions Expiry => new HookedExpiryOptions(this);

    public EvictionPolicyOptions AtLimit => new HookedEvictionOptions(this);

    private sealed class HookedOptimizerOptions(PlugIns hooks) : OptimizerOptions
    {
        public override Optimizer Create() => new HookedOptimizer(hooks);
    }

    /// <summary>w -= g, and the state counts the steps; it asks the hook in the middle of the row.</summary>
    private sealed class HookedOptimizer(PlugIns hooks) : Optimizer
    {
        public override string Name => "hooked";

        public override int StateLength(int dimension) => hooks.StateLength(dimension);

        public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state)
        {
            state.Fill(-1);
            hooks.OnInitializeState(weights.ToArray());
            state.Clear();
        }

        public override void WeightsMoved(ReadOnlySpan<float> weights, Span<float> state)
        {
            state.Fill(-1);
            hooks.OnWeightsMoved();
            state.Clear();
        }

        public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context)
        {
            for (var i = 0; i < weights.Length; i++)
            {
                weights[i] -= gradient[i];
                state[i]++;
                if (i == 0) hooks.OnApply(context.Id);
            }
        }
    }

    private sealed class HookedInitializerOptions(PlugIns hooks) : InitializerOptions
    {
        public override Initializer Create() => new HookedInitializer(hooks);

        public override void CollectErrors(OptionErrors errors)
        {
        }
    }

    private sealed class HookedInitializer(PlugIns hooks) : Initializer
    {
        public override string Name => "hooked";

        public override void Initialize(ulong key, Span<float> weights)
        {
            weights.Fill(hooks.OnValue);
            hooks.OnInitialize(key);
        }
    }

    private sealed class HookedAdmissionOptions(PlugIns hooks) : AdmissionFilterOptions
    {
        public override AdmissionFilter Create(in AdmissionContext context) => new HookedFilter(hooks);

        public override void CollectErrors(OptionErrors errors)
        {
        }
    }

    private sealed class HookedFilter(PlugIns hooks) : AdmissionFilter
    {
        public override string Name => "hooked";

        public override bool Admit(in AdmissionRequest request) => hooks.OnAdmit(request.Id);
    }

    private sealed class HookedExpiryOptions(PlugIns hooks) : ExpiryPolicyOptions
    {
        public override ExpiryPolicy Create() => new HookedPolicy(hooks);

        public override void CollectErrors(OptionErrors errors)
        {
        }
    }

    private sealed class HookedEvictionOptions(PlugIns hooks) : EvictionPolicyOptions
    {
        public override EvictionPolicy Create() => new HookedEviction(hooks);
    }

    private sealed class HookedEviction(PlugIns hooks) : EvictionPolicy
    {
        public override string Name => "hooked";

        public override bool ReadsWeights => hooks.ReadsWeights;

        public override double Score(in RowMetadata row) => hooks.OnScore(row);
    }

    private sealed class HookedPolicy(PlugIns hooks) : ExpiryPolicy
    {
        public override string Name => "hooked";

        public override bool IsExpired(in RowMetadata row, in ExpiryTime now) => hooks.OnIsExpired(row.Id);
    }
}
