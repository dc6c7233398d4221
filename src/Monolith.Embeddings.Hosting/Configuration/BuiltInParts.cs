using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Exchange;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Sketches;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Hosting.Configuration;

/// <summary>The library's own parts, a line each: the name of the options less "Options" and less what the key says already.</summary>
internal static class BuiltInParts
{
    public static void AddTo(PlugInRegistry registry)
    {
        AddRules(registry);
        AddPolicies(registry);
        AddContainers(registry);
    }

    private static void AddRules(PlugInRegistry registry) => registry
        .Add<AdadeltaOptions>("Adadelta")
        .Add<AdagradOptions>("Adagrad")
        .Add<AdamOptions>("Adam")
        .Add<DelayCompensationOptions>("DelayCompensation")
        .Add<FtrlOptions>("Ftrl")
        .Add<GroupAdagradOptions>("GroupAdagrad")
        .Add<GroupFtrlOptions>("GroupFtrl")
        .Add<IdIntervalOptions>("IdInterval")
        .Add<MomentumOptions>("Momentum")
        .Add<MovingAverageOptions>("MovingAverage")
        .Add<RmsPropOptions>("RmsProp")
        .Add<RowWiseAdagradOptions>("RowWiseAdagrad")
        .Add<SgdOptions>("Sgd")
        .Add<ConstantRate>("ConstantRate")
        .Add<CosineDecay>("CosineDecay")
        .Add<ExponentialDecay>("ExponentialDecay")
        .Add<PolynomialDecay>("PolynomialDecay")
        .Add<WarmUp>("WarmUp")
        .Add<ConstantInitializerOptions>("Constant")
        .Add<NormalInitializerOptions>("Normal")
        .Add<TruncatedNormalInitializerOptions>("TruncatedNormal")
        .Add<UniformInitializerOptions>("Uniform")
        .Add<XavierUniformInitializerOptions>("XavierUniform");

    private static void AddPolicies(PlugInRegistry registry) => registry
        .Add("AllOf", () => new AllOfOptions())
        .Add("AnyOf", () => new AnyOfOptions())
        .Add<AdmitWithProbabilityOptions>("AdmitWithProbability")
        .Add<MinOccurrencesOptions>("MinOccurrences")
        .Add<ExactCounterOptions>("Exact")
        .Add<SketchCounterOptions>("Sketch")
        .Add("ExpireIfAll", () => new ExpireIfAllOptions())
        .Add("ExpireIfAny", () => new ExpireIfAnyOptions())
        .Add<KeepBestOptions>("KeepBest")
        .Add<LowNormOptions>("LowNorm")
        .Add<TimeToLiveOptions>("TimeToLive")
        .Add<LeastFrequentlyUsedOptions>("LeastFrequentlyUsed")
        .Add<LeastRecentlyUpdatedOptions>("LeastRecentlyUpdated");

    private static void AddContainers(PlugInRegistry registry) => registry
        .Add<EmbeddingsOptions>()
        .Add<EmbeddingTableSetOptions>()
        .Add<EmbeddingTableOptions>()
        .Add<SegmentOptions>()
        .Add<SlotOptions>()
        .Add<LabelTaskOptions>()
        .Add<NormalizationOptions>()
        .Add<GradientClipping>()
        .Add<RowCodecOptions>()
        .Add<LogisticRegressionOptions>()
        .Add<FactorizationMachineOptions>()
        .Add<DeepFmOptions>()
        .Add<OnlineTrainerOptions>()
        .Add<FileSnapshotStoreOptions>()
        .Add<FileLogOptions>()
        .Add<ExampleLogOptions>()
        .Add<ExampleLogSourceOptions>()
        .Add<SubsamplingOptions>()
        .Add<SoftmaxOptions>()
        .Add<FrequencySketchOptions>()
        .Add<JoinStoreOptions>()
        .Add<OnlineJoinerOptions>()
        .Add<NegativeSamplerOptions>()
        .Add<SnapshotRetention>()
        .Add<SnapshotChainOptions>()
        .Add<SnapshotCompactionOptions>()
        .Add<SynchronizationOptions>()
        .Add<CommitFailureOptions>()
        .Add<PublicationGateOptions>()
        .Add<PublicationBounds>()
        .Add<RemovalAuditOptions>()
        .Add<SourceFailureOptions>()
        .Add<EarlyStopOptions>()
        .Add<CalibrationOptions>()
        .Add<MetricsOptions>()
        .Add<MetricsSliceOptions>()
        .Add<RankingMetricsOptions>()
        .Add<SchemaMigrationOptions>()
        .Add<WarmStartOptions>()
        .Add<ModelReplicaOptions>()
        .Add<LivePredictorOptions>()
        .Add<CanaryOptions>()
        .Add<ShadowOptions>()
        .Add<ServedLogOptions>()
        .Add<NpzExportOptions>()
        .Add<TsvExportOptions>();
}
