using System.Text.Json.Serialization;

namespace Monolith.Embeddings.CrashingTrainer.Pipeline;

/// <summary>How the lines of both logs read.</summary>
[JsonSerializable(typeof(PipelineImpression))]
[JsonSerializable(typeof(PipelineClick))]
public sealed partial class PipelineJson : JsonSerializerContext;
