namespace Monolith.Embeddings.Models;

/// <summary>Options of <see cref="LogisticRegression"/>.</summary>
public sealed class LogisticRegressionOptions : OnlineModelOptions;
