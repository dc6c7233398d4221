namespace Monolith.Embeddings.Features;

/// <summary>
/// How a task corrects for labels that come late. With p the chance that an example becomes positive, and b what a model sees of it in a
/// stream of fake negatives, where each example is a negative at once and a positive as well when the action comes: b = p / (1 + p).
/// </summary>
public enum FeedbackCorrection
{
    /// <summary>Log-loss, served as sigmoid(logit). Right where a label is final when it is learned from.</summary>
    None,

    /// <summary>
    /// For a stream of fake negatives: the model learns b by log-loss, and p = b / (1 - b) = exp(logit) is served, capped at 1 (FNC in
    /// Ktena et al. 2019). Any model that learns by log-loss does.
    /// </summary>
    FakeNegativeCalibration,

    /// <summary>
    /// For a stream of fake negatives: positives have the weight 1 + p and negatives (1 - p)(1 + p), with p = sigmoid(logit) as the model
    /// predicts it, and no gradient goes through the weights (FNW in Ktena et al. 2019). The model learns p, and sigmoid(logit) is served.
    /// The built-in models do; another says so by <see cref="Models.OnlineModel.SupportsCorrection"/>.
    /// </summary>
    FakeNegativeWeighting,

    /// <summary>
    /// The delay model (Chapelle 2014): a second output learns the rate of exponential delays, by which a negative counts as one so far;
    /// see <see cref="Models.DelayModelLoss"/>. sigmoid(logit) is served. The built-in models hand the second output out as one of their
    /// <see cref="Models.OnlineModel.Outputs"/> (<see cref="Models.BuiltInModel.LogRateName"/>).
    /// </summary>
    DelayModel,
}
