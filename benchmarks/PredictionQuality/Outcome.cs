namespace PredictionQuality;

/// <summary>What one run of one entrant gave, over the last half of the stream.</summary>
/// <param name="Auc">The exact area under the ROC curve.</param>
/// <param name="LogLoss">The mean log-loss, in nats.</param>
/// <param name="Rows">Rows of its table.</param>
/// <param name="Bytes">Bytes of its weights and optimizer state; with the index and headers where every id owns its row.</param>
/// <param name="Seconds">How long the run took.</param>
internal readonly record struct Outcome(double Auc, double LogLoss, long Rows, long Bytes, double Seconds);
