namespace Monolith.Embeddings.Models;

/// <summary>Options of <see cref="FactorizationMachine"/>.</summary>
public sealed class FactorizationMachineOptions : OnlineModelOptions;
