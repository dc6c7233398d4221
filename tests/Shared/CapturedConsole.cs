namespace Programs.Tests;

/// <summary>Keeps what is printed until it is disposed.</summary>
internal sealed class CapturedConsole : IDisposable
{
    private readonly TextWriter _output = Console.Out, _error = Console.Error;
    private readonly StringWriter _captured = new(), _capturedError = new();

    public CapturedConsole()
    {
        Console.SetOut(_captured);
        Console.SetError(_capturedError);
    }

    public string Output => _captured.ToString();

    public string Error => _capturedError.ToString();

    public void Dispose()
    {
        Console.SetOut(_output);
        Console.SetError(_error);
        _captured.Dispose();
        _capturedError.Dispose();
    }
}
