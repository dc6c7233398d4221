namespace BeforeAfter.Contract;

/// <summary>How the rows of a table learn.</summary>
public enum UpdateRule
{
    Sgd,
    Adagrad,
    Ftrl,
    Adam,
}
