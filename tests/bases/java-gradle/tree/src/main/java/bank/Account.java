package bank;

public class Account {
    private final long cents;

    public Account(long cents) {
        this.cents = cents;
    }

    public long interest(int percent) {
        return cents * percent;
    }

    public long cents() {
        return cents;
    }
}
