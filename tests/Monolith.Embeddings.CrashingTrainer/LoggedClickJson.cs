using System.Text.Json.Serialization;

namespace Monolith.Embeddings.CrashingTrainer;

/// <summary>How a line of the log reads.</summary>
[JsonSerializable(typeof(LoggedClick))]
public sealed partial class LoggedClickJson : JsonSerializerContext;
